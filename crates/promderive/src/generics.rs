//! The generics of a label set, whose lifetimes are those of a look-up.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{GenericParam, Generics, Ident, Lifetime, Path, Type, WherePredicate, parse_quote};

use crate::attributes::Role;

/// The generics of a struct, in the forms that its implementation needs.
pub(crate) struct Forms<'a> {
    ident: &'a Ident,
    generics: &'a Generics,
    /// The generics without lifetimes.
    rest: Generics,
}

impl<'a> Forms<'a> {
    pub(crate) fn new(ident: &'a Ident, generics: &'a Generics) -> Self {
        let mut rest = generics.clone();
        rest.params = std::mem::take(&mut rest.params)
            .into_iter()
            .filter(|param| !matches!(param, GenericParam::Lifetime(_)))
            .collect();
        Named {
            generics,
            lifetime: &lifetime("'static"),
        }
        .visit_generics_mut(&mut rest);
        // `LabelSet` is implemented for `'static` types.
        let types: Vec<Ident> = rest.type_params().map(|it| it.ident.clone()).collect();
        for ident in types {
            add(&mut rest, parse_quote!(#ident: 'static));
        }
        Self {
            ident,
            generics,
            rest,
        }
    }

    /// Adds the bounds of a field's role to the type parameters in its type.
    pub(crate) fn require(&mut self, promcore: &Path, ty: &TokenStream, role: Role) {
        let used: Vec<Ident> = (self.generics.type_params().map(|it| &it.ident))
            .filter(|ident| mentions(ty.clone(), ident))
            .cloned()
            .collect();
        for ident in used {
            let is_all = ty.clone().into_iter().count() == 1;
            let predicate = match role {
                Role::Skip => continue,
                Role::Display => parse_quote!(#ident: ::core::fmt::Display),
                Role::Flatten if is_all => {
                    parse_quote!(#ident: for<'labels> #promcore::LabelSet<Ref<'labels> = #ident>)
                }
                Role::Flatten | Role::Value => parse_quote!(#ident: #promcore::LabelValue),
            };
            add(&mut self.rest, predicate);
        }
    }

    /// Returns the generics after `impl`, and the `where` clause.
    pub(crate) fn split(&self) -> (impl ToTokens + use<'_>, impl ToTokens + use<'_>) {
        let (params, _, predicates) = self.rest.split_for_impl();
        (params, predicates)
    }

    /// Returns the struct with `name` for all lifetimes.
    pub(crate) fn ty(&self, name: &str) -> TokenStream {
        let (ident, lifetime) = (self.ident, lifetime(name));
        let arguments = self.generics.params.iter().map(|param| match param {
            GenericParam::Lifetime(_) => lifetime.to_token_stream(),
            GenericParam::Type(ty) => ty.ident.to_token_stream(),
            GenericParam::Const(constant) => constant.ident.to_token_stream(),
        });
        if self.generics.params.is_empty() {
            quote!(#ident)
        } else {
            quote!(#ident<#(#arguments),*>)
        }
    }

    /// Returns a field's type with `'static` for the struct's lifetimes.
    pub(crate) fn of_field(&self, ty: &Type) -> Type {
        let (mut ty, lifetime) = (ty.clone(), lifetime("'static"));
        Named {
            generics: self.generics,
            lifetime: &lifetime,
        }
        .visit_type_mut(&mut ty);
        ty
    }

    /// Reports whether there are parameters that constants could depend on.
    pub(crate) fn are_open(&self) -> bool {
        !self.rest.params.is_empty()
    }
}

fn lifetime(name: &str) -> Lifetime {
    Lifetime::new(name, Span::mixed_site())
}

fn add(generics: &mut Generics, predicate: WherePredicate) {
    generics.make_where_clause().predicates.push(predicate);
}

/// Reports whether `wanted` is among the tokens.
fn mentions(tokens: TokenStream, wanted: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *wanted,
        TokenTree::Group(group) => mentions(group.stream(), wanted),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Replaces the lifetime parameters of a struct, and no other lifetimes.
struct Named<'a> {
    generics: &'a Generics,
    lifetime: &'a Lifetime,
}

impl VisitMut for Named<'_> {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if (self.generics.lifetimes()).any(|it| it.lifetime.ident == lifetime.ident) {
            *lifetime = Lifetime {
                apostrophe: lifetime.apostrophe,
                ident: Ident::new(&self.lifetime.ident.to_string(), lifetime.ident.span()),
            };
        }
        visit_mut::visit_lifetime_mut(self, lifetime);
    }
}
