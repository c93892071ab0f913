//! What stands in `#[label(...)]`.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, LitStr, Path, Result, parse_quote};

use crate::rename::Rule;

/// What is said about a struct or an enum.
pub(crate) struct Container {
    /// Where `promcore` is.
    pub(crate) promcore: Path,
    pub(crate) rename_all: Rule,
}

impl Container {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut container = Self {
            promcore: parse_quote!(::promcore),
            rename_all: Rule::default(),
        };
        each(attributes, |meta| {
            if meta.path.is_ident("crate") {
                container.promcore = meta.value()?.parse::<LitStr>()?.parse()?;
            } else if meta.path.is_ident("rename_all") {
                container.rename_all = Rule::parse(&meta.value()?.parse()?)?;
            } else {
                return Err(unknown(
                    meta,
                    "here are `crate = \"…\"` and `rename_all = \"…\"`",
                ));
            }
            Ok(())
        })?;
        Ok(container)
    }
}

/// What is said about a field.
#[derive(Default)]
pub(crate) struct Field {
    pub(crate) rename: Option<LitStr>,
    pub(crate) role: Role,
}

/// What a field is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is the value of a label.
    #[default]
    Value,
    /// What it shows is the value of a label.
    Display,
    /// It is a label set, whose labels go among the others.
    Flatten,
    /// It has nothing to do with labels.
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
                field.rename = Some(meta.value()?.parse()?);
                return Ok(());
            } else {
                let known = "here are `display`, `flatten`, `rename = \"…\"` and `skip`";
                return Err(unknown(meta, known));
            };
            if field.role != Role::Value {
                return Err(meta.error("a field is one of `display`, `flatten` and `skip`"));
            }
            field.role = role;
            Ok(())
        })?;
        match (&field.rename, field.role) {
            (Some(name), Role::Flatten | Role::Skip) => {
                let message = "a field without a label of its own has nothing to rename";
                Err(Error::new(name.span(), message))
            }
            _ => Ok(field),
        }
    }
}

/// Reads what is said about a variant: another name, if any.
pub(crate) fn variant(attributes: &[Attribute]) -> Result<Option<LitStr>> {
    let mut rename = None;
    each(attributes, |meta| {
        if !meta.path.is_ident("rename") {
            return Err(unknown(meta, "here is `rename = \"…\"`"));
        }
        rename = Some(meta.value()?.parse()?);
        Ok(())
    })?;
    Ok(rename)
}

/// Passes all that stands in the attributes `label` to `read`.
fn each(
    attributes: &[Attribute],
    mut read: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    let ours = attributes.iter().filter(|it| it.path().is_ident("label"));
    all(ours.map(|it| it.parse_nested_meta(|meta| read(&meta)))).map(drop)
}

fn unknown(meta: &ParseNestedMeta<'_>, known: &str) -> Error {
    meta.error(format!("unknown attribute; {known}"))
}

/// Collects results, and all errors rather than the first.
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
