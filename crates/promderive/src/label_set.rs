//! `#[derive(LabelSet)]`.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Ident, Member, Path, Result};

use crate::attributes::{self, Container, Field, Role};
use crate::generics::Forms;

/// A field that is not skipped.
struct Part {
    member: Member,
    role: Role,
    /// The name of its label, if it is one, and the span of that name.
    label: Option<(String, Span)>,
    /// The name of its value in the generated code.
    value: Ident,
    /// The span of its type, for errors about the type.
    place: Span,
    /// Its type at that span, with `'static` for all lifetimes.
    ty: TokenStream,
    /// The path of `promcore` at that span.
    promcore: TokenStream,
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        let message =
            "`LabelSet` can only be derived for structs; for an enum, derive `LabelValue`";
        return Err(Error::new(input.ident.span(), message));
    };
    let container = Container::parse(&input.attrs)?;
    let mut forms = Forms::new(&input.ident, &input.generics);
    let parts = data.fields.iter().zip(data.fields.members());
    let parts = parts.map(|(field, member)| part(field, member, &container, &forms));
    let parts: Vec<Part> = attributes::all(parts)?.into_iter().flatten().collect();
    check_labels(&parts)?;
    for part in &parts {
        forms.require(&container.promcore, &part.ty, part.role);
    }

    let promcore = &container.promcore;
    let (params, predicates) = forms.split();
    let (own, borrowed) = (forms.ty("'static"), forms.ty("'labels"));
    let names = names(&parts);
    let counts = parts.iter().map(Part::count);
    let (with_values, number) = (with_values(promcore, &parts), number(&parts));
    // Otherwise, duplicate labels would only be noticed when the set is used.
    let is_joined = parts.iter().any(|part| part.role == Role::Flatten);
    let check = (is_joined && !forms.are_open())
        .then(|| quote!(const _: &[&str] = <#own as #promcore::LabelSet>::NAMES;));
    Ok(quote! {
        #[automatically_derived]
        impl #params #promcore::LabelSet for #own #predicates {
            type Ref<'labels> = #borrowed;

            const NAMES: &'static [&'static str] = #names;

            const COUNT: usize = #promcore::__private::product(&[#(#counts),*]);

            #with_values

            #number
        }

        #check
    })
}

/// Parses a field; returns `None` if it is skipped.
fn part(
    field: &syn::Field,
    member: Member,
    container: &Container,
    forms: &Forms<'_>,
) -> Result<Option<Part>> {
    let Field { rename, role } = Field::parse(&field.attrs)?;
    let label = match (rename, &field.ident, role) {
        (_, _, Role::Skip) => return Ok(None),
        (_, _, Role::Flatten) => None,
        (Some(name), _, _) => Some((name.value(), name.span())),
        (None, Some(ident), _) => {
            let name = container.rename_all.apply(&ident.unraw().to_string());
            Some((name, ident.span()))
        }
        (None, None, _) => {
            let message = "an unnamed field needs `#[label(rename = \"…\")]`";
            return Err(Error::new(field.ty.span(), message));
        }
    };
    let value = match &member {
        Member::Named(ident) => ident.unraw(),
        Member::Unnamed(index) => format_ident!("value{}", index.index),
    };
    // The hygiene is that of the macro, so that the program's lints ignore the code.
    let place = Span::call_site().located_at(field.ty.span());
    Ok(Some(Part {
        member,
        role,
        label,
        value: Ident::new(&format!("{value}_text"), Span::mixed_site()),
        place,
        ty: at(place, forms.of_field(&field.ty)),
        promcore: at(place, &container.promcore),
    }))
}

/// Gives tokens the span `place`.
fn at(place: Span, tokens: impl ToTokens) -> TokenStream {
    let tokens = tokens
        .into_token_stream()
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => {
                let mut moved = Group::new(group.delimiter(), at(place, group.stream()));
                moved.set_span(place);
                TokenTree::Group(moved)
            }
            mut token => {
                token.set_span(place);
                token
            }
        });
    tokens.collect()
}

/// Checks that the label names are valid and distinct.
fn check_labels(parts: &[Part]) -> Result<()> {
    let labels: Vec<_> = parts.iter().filter_map(|it| it.label.as_ref()).collect();
    let wrong = labels.iter().enumerate().map(|(at, (name, span))| {
        let is_double = labels[..at].iter().any(|(other, _)| other == name);
        let message = match name.as_str() {
            "" => "label name must not be empty".to_owned(),
            "le" => "the label `le` is reserved for histogram buckets".to_owned(),
            "quantile" => "the label `quantile` is reserved for summaries".to_owned(),
            _ if name.starts_with("__") => {
                format!("the label `{name}` is reserved, as it starts with two underscores")
            }
            _ if is_double => format!("two fields have the label `{name}`"),
            _ => return Ok(()),
        };
        Err(Error::new(*span, message))
    });
    attributes::all(wrong).map(drop)
}

impl Part {
    /// Returns the number of possible values.
    fn count(&self) -> TokenStream {
        let Self { ty, promcore, .. } = self;
        match self.role {
            Role::Flatten => quote_spanned!(self.place=> <#ty as #promcore::LabelSet>::COUNT),
            Role::Value => quote_spanned!(self.place=> <#ty as #promcore::LabelValue>::COUNT),
            Role::Display | Role::Skip => quote!(0),
        }
    }

    /// Returns the number of a value, if values are numbered.
    fn number(&self) -> Option<TokenStream> {
        let Self { ty, promcore, .. } = self;
        let number = match self.role {
            Role::Flatten => quote_spanned!(self.place=> <#ty as #promcore::LabelSet>::number),
            Role::Value => quote_spanned!(self.place=> #promcore::LabelValue::number),
            Role::Display | Role::Skip => return None,
        };
        let member = &self.member;
        Some(quote_spanned!(self.place=> #number(&labels.#member)))
    }

    /// Returns code that passes the value to `then`, the code of the remaining fields.
    fn with_value(&self, then: &TokenStream) -> TokenStream {
        let Self { ty, promcore, .. } = self;
        let with = match self.role {
            Role::Flatten => quote_spanned!(self.place=> <#ty as #promcore::LabelSet>::with_values),
            Role::Display => quote_spanned!(self.place=> #promcore::__private::with_display),
            Role::Value | Role::Skip => {
                quote_spanned!(self.place=> #promcore::LabelValue::with_text)
            }
        };
        let (member, value) = (&self.member, &self.value);
        quote_spanned!(self.place=> #with(&labels.#member, |#value| #then))
    }
}

fn names(parts: &[Part]) -> TokenStream {
    let own = parts.iter().filter_map(|part| part.label.as_ref());
    let own = own.map(|(name, _)| name);
    let Some(flattened) = parts.iter().find(|part| part.role == Role::Flatten) else {
        return quote!(&[#(#own),*]);
    };
    let each = parts.iter().map(|part| match &part.label {
        Some((name, _)) => quote!(&[#name]),
        None => {
            let Part { ty, promcore, .. } = part;
            quote_spanned!(part.place=> <#ty as #promcore::LabelSet>::NAMES)
        }
    });
    // The compiler points here if names are duplicate.
    let promcore = &flattened.promcore;
    quote_spanned! {flattened.place=>
        const { &#promcore::__private::Names::joined(&[#(#each),*]) }.as_slice()
    }
}

fn with_values(promcore: &Path, parts: &[Part]) -> TokenStream {
    let values = parts.iter().map(|part| &part.value);
    let all = if parts.iter().any(|part| part.role == Role::Flatten) {
        let each = parts.iter().map(|Part { role, value, .. }| match role {
            Role::Flatten => quote!(#value),
            _ => quote!(&[#value]),
        });
        quote!(#promcore::__private::with_joined(&[#(#each),*], then))
    } else {
        quote!(then(&[#(#values),*]))
    };
    let body = (parts.iter().rev()).fold(all, |then, part| part.with_value(&then));
    let labels = labels(!parts.is_empty());
    quote! {
        #[inline]
        fn with_values<R>(
            #labels: &Self::Ref<'_>,
            then: impl ::core::ops::FnOnce(&[&str]) -> R,
        ) -> R {
            #body
        }
    }
}

/// Numbers label sets in a mixed radix, with a digit for each field.
fn number(parts: &[Part]) -> TokenStream {
    let steps = parts.iter().filter_map(|part| {
        let (count, number) = (part.count(), part.number()?);
        Some(quote!(let number = number * #count + #number;))
    });
    let steps: Vec<TokenStream> = steps.collect();
    let labels = labels(!steps.is_empty());
    quote! {
        #[inline]
        fn number(#labels: &Self::Ref<'_>) -> usize {
            let number = 0;
            #(#steps)*
            number
        }
    }
}

/// Returns the pattern of the parameter `labels`.
fn labels(are_used: bool) -> TokenStream {
    if are_used { quote!(labels) } else { quote!(_) }
}
