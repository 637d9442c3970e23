//! Validates against field types from another system, which are fetched before.

use std::collections::BTreeMap;

use lineproof::report::Reason;
use lineproof::schema::{FieldTypes, Known};
use lineproof::{FieldType, SchemaSource, Validator, line_protocol};

/// The field types that were fetched for this body.
struct Catalog(BTreeMap<String, FieldTypes>);

impl SchemaSource for Catalog {
    fn measurement(&self, name: &str) -> Known<'_> {
        self.0.get(name).map_or(Known::Nothing, Known::fields)
    }
}

/// Returns the field types of a measurement; stands for a look-up over the network.
fn fetch(measurement: &str) -> FieldTypes {
    let known = [("usage", FieldType::Float)];
    if measurement == "cpu" { known.into_iter().collect() } else { FieldTypes::new() }
}

fn main() {
    let body = b"cpu usage=1i\nmem free=1i\n";
    let names = line_protocol::points(body)
        .filter_map(Result::ok)
        .map(|point| point.measurement().to_owned());
    let catalog = Catalog(names.map(|name| (name.clone(), fetch(&name))).collect());

    let report = Validator::new(&catalog).line_protocol(body);
    let rejection = &report.rejections()[0];
    println!("{rejection}");
    assert_eq!(rejection.reason(), Reason::TypeConflictWithExistingData);
    assert_eq!(report.rejections().len(), 1);
}
