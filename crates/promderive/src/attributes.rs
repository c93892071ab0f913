//! Parses `#[label(...)]`.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, LitStr, Path, Result, parse_quote};

use crate::rename::Rule;

/// The attributes of a struct or an enum.
pub(crate) struct Container {
    /// The path of `promcore`.
    pub(crate) promcore: Path,
    pub(crate) rename_all: Rule,
}

impl Container {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let (mut promcore, mut rename_all) = (None, None);
        each(attributes, |meta| {
            if meta.path.is_ident("crate") {
                text(meta, &mut promcore)
            } else if meta.path.is_ident("rename_all") {
                text(meta, &mut rename_all)
            } else {
                let known = "one of `crate = \"…\"`, `rename_all = \"…\"`";
                Err(unknown(meta, known))
            }
        })?;
        Ok(Self {
            promcore: match promcore {
                Some(path) => path.parse()?,
                None => parse_quote!(::promcore),
            },
            rename_all: match rename_all {
                Some(rule) => Rule::parse(&rule)?,
                None => Rule::default(),
            },
        })
    }
}

/// The attributes of a field.
#[derive(Default)]
pub(crate) struct Field {
    pub(crate) rename: Option<LitStr>,
    pub(crate) role: Role,
}

/// The role of a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Role {
    /// The field is a label value.
    #[default]
    Value,
    /// The `Display` text of the field is a label value.
    Display,
    /// The field is a label set, whose labels are added to the others.
    Flatten,
    /// The field is ignored.
    Skip,
}

impl Field {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut field = Self::default();
        each(attributes, |meta| {
            let role = if meta.path.is_ident("display") {
                Role::Display
            } else if meta.path.is_ident("flatten") {
                Role::Flatten
            } else if meta.path.is_ident("skip") {
                Role::Skip
            } else if meta.path.is_ident("rename") {
                return text(meta, &mut field.rename);
            } else {
                let known = "one of `display`, `flatten`, `rename = \"…\"`, `skip`";
                return Err(unknown(meta, known));
            };
            if field.role != Role::Value {
                return Err(meta.error("`display`, `flatten` and `skip` cannot be combined"));
            }
            field.role = role;
            Ok(())
        })?;
        match (&field.rename, field.role) {
            (Some(name), Role::Flatten | Role::Skip) => {
                let message = "`rename` cannot be combined with `flatten` or `skip`";
                Err(Error::new(name.span(), message))
            }
            _ => Ok(field),
        }
    }
}

/// Parses the attributes of a variant, and returns its new name, if it has one.
pub(crate) fn variant(attributes: &[Attribute]) -> Result<Option<LitStr>> {
    let mut rename = None;
    each(attributes, |meta| {
        if !meta.path.is_ident("rename") {
            return Err(unknown(meta, "`rename = \"…\"`"));
        }
        text(meta, &mut rename)
    })?;
    Ok(rename)
}

/// Passes each item of the `label` attributes to `read`.
fn each(
    attributes: &[Attribute],
    mut read: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    let ours = attributes.iter().filter(|it| it.path().is_ident("label"));
    all(ours.map(|it| it.parse_nested_meta(|meta| read(&meta)))).map(drop)
}

/// Parses the text after the `=` of an attribute, which may be given only once.
fn text(meta: &ParseNestedMeta<'_>, into: &mut Option<LitStr>) -> Result<()> {
    if into.is_some() {
        return Err(meta.error("this attribute is given twice"));
    }
    *into = Some(meta.value()?.parse()?);
    Ok(())
}

fn unknown(meta: &ParseNestedMeta<'_>, known: &str) -> Error {
    meta.error(format!("unknown attribute, expected {known}"))
}

/// Collects results, or all errors rather than the first.
pub(crate) fn all<T>(results: impl Iterator<Item = Result<T>>) -> Result<Vec<T>> {
    let (mut values, mut errors) = (Vec::new(), None::<Error>);
    for result in results {
        match (result, &mut errors) {
            (Ok(value), _) => values.push(value),
            (Err(error), Some(errors)) => errors.combine(error),
            (Err(error), None) => errors = Some(error),
        }
    }
    errors.map_or(Ok(values), Err)
}
