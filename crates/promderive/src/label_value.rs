//! `#[derive(LabelValue)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Fields, Ident, Result, Variant};

use crate::attributes::{self, Container};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        let message = "`LabelValue` can only be derived for enums; for a struct, derive `LabelSet`";
        return Err(Error::new(input.ident.span(), message));
    };
    let container = Container::parse(&input.attrs)?;
    if data.variants.is_empty() {
        let message = "an enum without variants has no label values";
        return Err(Error::new(input.ident.span(), message));
    }
    let texts = data
        .variants
        .iter()
        .map(|variant| text(variant, &container));
    let texts = attributes::all(texts)?;
    check_texts(&data.variants.iter().zip(&texts).collect::<Vec<_>>())?;

    let (promcore, ident) = (&container.promcore, &input.ident);
    let (params, arguments, predicates) = input.generics.split_for_impl();
    let variants: Vec<&Ident> = data.variants.iter().map(|it| &it.ident).collect();
    let (count, numbers) = (variants.len(), 0..variants.len());
    Ok(quote! {
        #[automatically_derived]
        impl #params #promcore::LabelValue for #ident #arguments #predicates {
            const COUNT: usize = #count;

            #[inline]
            fn with_text<R>(&self, then: impl ::core::ops::FnOnce(&str) -> R) -> R {
                then(match self {
                    #(Self::#variants => #texts,)*
                })
            }

            #[inline]
            fn number(&self) -> usize {
                match self {
                    #(Self::#variants => #numbers,)*
                }
            }
        }
    })
}

/// Returns the text of a variant.
fn text(variant: &Variant, container: &Container) -> Result<String> {
    if !matches!(variant.fields, Fields::Unit) {
        let message = "a variant with fields is not a single label value";
        return Err(Error::new(variant.fields.span(), message));
    }
    Ok(match attributes::variant(&variant.attrs)? {
        Some(name) => name.value(),
        None => container
            .rename_all
            .apply(&variant.ident.unraw().to_string()),
    })
}

/// Checks that the texts are distinct.
fn check_texts(texts: &[(&Variant, &String)]) -> Result<()> {
    let wrong = texts.iter().enumerate().map(|(at, (variant, text))| {
        match texts[..at].iter().find(|(_, other)| other == text) {
            None => Ok(()),
            Some((other, _)) => {
                let message = format!("`{}` already has the value {text:?}", other.ident);
                Err(Error::new(variant.ident.span(), message))
            }
        }
    });
    attributes::all(wrong).map(drop)
}
