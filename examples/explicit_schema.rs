//! Validates against an explicit bucket, whose schema is read from a columns file.

use lineproof::Validator;
use lineproof::schema::{ExplicitSchema, MeasurementSchema};

const COLUMNS: &str = "\
name,type,dataType
time,timestamp,
sensorId,tag,
temperature,field,float
";

fn main() -> Result<(), lineproof::schema::SchemaError> {
    let mut bucket = ExplicitSchema::new();
    bucket.insert(MeasurementSchema::from_columns_csv("airSensors", COLUMNS)?)?;
    let validator = Validator::new(bucket);

    let body = b"airSensors,sensorId=L1 temperature=90.5\n\
                 airSensors,sensorId=L1 temperature=90i\n\
                 airSensors,site=north temperature=90.5\n\
                 airSensors,sensorId=L1 humidity=70.0\n\
                 waterSensors level=3.2\n";
    let report = validator.line_protocol(body);
    let reasons: Vec<_> =
        report.rejections().iter().map(|rejection| rejection.reason().as_str()).collect();
    println!("{}", reasons.join("\n"));
    assert_eq!(
        reasons,
        [
            "field type mismatch with schema",
            "tag not allowed by schema",
            "field not allowed by schema",
            "measurement not allowed by schema"
        ]
    );
    Ok(())
}
