//! Names of kinds and settings that programs rely on.

use std::collections::BTreeSet;
use std::fmt::{Debug, Display};
use std::str::FromStr;

use lineproof::Precision;
use lineproof::error::{Cause, SyntaxErrorKind};
use lineproof::report::Reason;
use lineproof::validate::{
    Atomicity, ConflictScope, Duplicates, Limit, ParseSettingError, Profile, WrongPrecision,
};
use lineproof::warning::WarningKind;

/// `FieldTypeMismatch` as `field-type-mismatch`.
fn kebab_case(variant: impl Debug) -> String {
    let mut name = String::new();
    for c in format!("{variant:?}").chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(c.to_lowercase());
    }
    name
}

#[test]
fn ids_are_the_names_of_variants_in_kebab_case() {
    for &kind in SyntaxErrorKind::ALL {
        assert_eq!(kind.id(), kebab_case(kind));
    }
    for &reason in Reason::ALL {
        assert_eq!(reason.id(), kebab_case(reason));
    }
    for &kind in WarningKind::ALL {
        assert_eq!(kind.id(), kebab_case(kind));
    }
    for &limit in Limit::ALL {
        assert_eq!(limit.id(), kebab_case(limit));
    }
    for &cause in Cause::ALL {
        assert_eq!(cause.id(), kebab_case(cause));
    }
}

#[test]
fn no_syntax_error_has_the_id_of_a_reason() {
    let kinds = SyntaxErrorKind::ALL.iter().map(|kind| kind.id());
    let ids: BTreeSet<_> = kinds.chain(Reason::ALL.iter().map(|reason| reason.id())).collect();
    assert_eq!(ids.len(), SyntaxErrorKind::ALL.len() + Reason::ALL.len());
}

#[test]
fn every_kind_has_a_help() {
    let helps = SyntaxErrorKind::ALL.iter().map(|kind| kind.help());
    let helps = helps.chain(Cause::ALL.iter().flat_map(|cause| [cause.help(), cause.label()]));
    let helps = helps.chain(Reason::ALL.iter().flat_map(|reason| [reason.help(), reason.label()]));
    for help in helps.chain(WarningKind::ALL.iter().flat_map(|kind| [kind.help(), kind.why()])) {
        assert!(!help.is_empty() && !help.ends_with('.') && !help.contains('\n'), "{help:?}");
    }
}

/// The values of a setting are read from the names that they are shown with, and from nothing else.
fn has_names<S>(all: &[S], names: &[&str], expected: &str)
where
    S: Copy + Debug + Display + PartialEq + FromStr<Err = ParseSettingError>,
{
    assert!(all.iter().map(ToString::to_string).eq(names.iter().copied()), "{all:?}");
    for (value, name) in all.iter().zip(names) {
        assert_eq!(name.parse(), Ok(*value));
        assert_eq!(format!("{value:>9}|{value:<9}"), format!("{name:>9}|{name:<9}"));
        for other in
            [name.to_uppercase(), format!("{name} "), format!(" {name}"), format!("{name}.")]
        {
            let error = other.parse::<S>().unwrap_err();
            assert_eq!(error.to_string(), format!("expected {expected}"), "{other:?}");
        }
    }
    assert!("\u{b5}s".parse::<S>().is_err() && "n".parse::<S>().is_err());
}

#[test]
fn every_setting_has_names() {
    has_names(Precision::ALL, &["ns", "us", "ms", "s"], "a precision of ns, us, ms or s");
    has_names(Profile::ALL, &["cloud", "oss"], "a profile of cloud or oss");
    has_names(ConflictScope::ALL, &["series", "measurement"], "a scope of series or measurement");
    let units = "an atomicity of field, line or batch";
    has_names(Atomicity::ALL, &["field", "line", "batch"], units);
    has_names(Duplicates::ALL, &["previous", "any"], "duplicates of previous or any");
    let actions = "an action of ignore, warn or reject";
    has_names(WrongPrecision::ALL, &["ignore", "warn", "reject"], actions);
}
