//! The options of the program.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use lexopt::{Arg, Parser, ValueExt as _};
use lineproof::report::Profile;
use lineproof::schema::ExplicitSchema;
use lineproof::{Precision, SchemaSource, Validator};

use crate::input::{Format, Input};

pub(crate) const USAGE: &str = "\
usage: lint [options] FILE... | -
  -                           standard input
  --format lp|csv             line protocol or annotated CSV (default: by the file's ending)
  --precision ns|us|ms|s      unit of line protocol's timestamps (default: ns)
  --profile cloud|oss         whose rules (default: cloud)
  --schema FILE.json          explicit bucket: one schema or an array of them
  --no-warnings               rejections only
  --deny-warnings             exit with 1 for warnings, too
  --output human|json|sarif   (default: human)
  --jobs N                    number of threads (default: one for each processor)
  --help                      this text
exit status: 0 nothing rejected, 1 something was, 2 usage or file error";

/// What the arguments ask for.
pub(crate) enum Command {
    Help,
    Lint(Box<Options>),
}

/// The form of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Output {
    #[default]
    Human,
    Json,
    Sarif,
}

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) inputs: Vec<Input>,
    pub(crate) output: Output,
    /// The number of threads; 0 for one for each processor.
    pub(crate) jobs: usize,
    pub(crate) no_warnings: bool,
    pub(crate) deny_warnings: bool,
    format: Option<Format>,
    precision: Precision,
    profile: Profile,
    schema: Option<ExplicitSchema>,
}

impl Options {
    /// Reads the arguments.
    ///
    /// # Errors
    /// Returns a message if they are wrong, or if the schema cannot be read.
    pub(crate) fn parse(mut arguments: Parser) -> Result<Command, lexopt::Error> {
        let mut options = Box::<Self>::default();
        while let Some(argument) = arguments.next()? {
            match argument {
                Arg::Long("help") => return Ok(Command::Help),
                Arg::Long("format") => {
                    let formats = [("lp", Format::LineProtocol), ("csv", Format::AnnotatedCsv)];
                    options.format = Some(choice(arguments.value()?, &formats)?);
                }
                Arg::Long("precision") => options.precision = arguments.value()?.parse()?,
                Arg::Long("profile") => options.profile = arguments.value()?.parse()?,
                Arg::Long("schema") => {
                    options.schema = Some(read_schema(arguments.value()?.as_ref())?);
                }
                Arg::Long("no-warnings") => options.no_warnings = true,
                Arg::Long("deny-warnings") => options.deny_warnings = true,
                Arg::Long("output") => {
                    let outputs = [
                        ("human", Output::Human),
                        ("json", Output::Json),
                        ("sarif", Output::Sarif),
                    ];
                    options.output = choice(arguments.value()?, &outputs)?;
                }
                Arg::Long("jobs") => {
                    options.jobs = arguments.value()?.parse()?;
                    if options.jobs == 0 {
                        return Err("--jobs: expected at least 1".into());
                    }
                }
                Arg::Value(path) => options.inputs.push(Input::from_argument(path.into())),
                other => return Err(other.unexpected()),
            }
        }
        options.check()?;
        Ok(Command::Lint(options))
    }

    /// Checks the options together.
    fn check(&self) -> Result<(), lexopt::Error> {
        if self.inputs.is_empty() {
            return Err(format!("expected a file\n{USAGE}").into());
        }
        let is_standard_input = |input: &&Input| **input == Input::StandardInput;
        if self.inputs.iter().filter(is_standard_input).count() > 1 {
            return Err("standard input can be read only once".into());
        }
        if self.no_warnings && self.deny_warnings {
            return Err("expected --no-warnings or --deny-warnings, found both".into());
        }
        Ok(())
    }

    /// Returns the format of an input.
    pub(crate) fn format_of(&self, input: &Input) -> Format {
        self.format.unwrap_or_else(|| input.format())
    }

    /// Returns the validator of each file. Files may be larger than one write.
    pub(crate) fn validator(&self) -> Validator<&dyn SchemaSource> {
        let source: &dyn SchemaSource = self.schema.as_ref().map_or(&(), |schema| schema);
        let validator = Validator::new(source);
        let limits = validator.settings().limits().body_bytes(None);
        validator
            .limits(limits)
            .precision(self.precision)
            .profile(self.profile)
            .warnings(!self.no_warnings)
    }
}

/// Returns the value that `name` stands for.
fn choice<T: Copy>(name: OsString, choices: &[(&str, T)]) -> Result<T, lexopt::Error> {
    let name = name.string()?;
    choices.iter().find(|(other, _)| *other == name).map(|&(_, value)| value).ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        format!("expected one of {}, found {name:?}", names.join(", ")).into()
    })
}

fn read_schema(path: &Path) -> Result<ExplicitSchema, lexopt::Error> {
    let read = || -> Result<_, Box<dyn std::error::Error + Send + Sync>> {
        Ok(ExplicitSchema::from_json(&fs::read_to_string(path)?)?)
    };
    read().map_err(|error| format!("{}: {error}", path.display()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &str) -> Result<Box<Options>, String> {
        match Options::parse(Parser::from_args(arguments.split_whitespace())) {
            Ok(Command::Lint(options)) => Ok(options),
            Ok(Command::Help) => Err(USAGE.into()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn options_are_read() {
        let options = parse(
            "--precision s --profile=oss --jobs 3 --output sarif --deny-warnings a.lp b.CSV -",
        )
        .unwrap();
        assert_eq!((options.jobs, options.output), (3, Output::Sarif));
        assert!(options.deny_warnings && !options.no_warnings);
        let formats = options.inputs.iter().map(|input| options.format_of(input));
        assert!(formats.eq([Format::LineProtocol, Format::AnnotatedCsv, Format::LineProtocol]));
        let settings = *options.validator().settings();
        assert_eq!(settings.precision(), Precision::Seconds);
        assert_eq!(settings.profile(), Profile::Oss);
        let options = parse("--format csv a.lp -- --jobs").unwrap();
        assert_eq!(options.format_of(&options.inputs[0]), Format::AnnotatedCsv);
        assert_eq!(options.inputs[1], Input::File("--jobs".into()));
    }

    #[test]
    fn wrong_options_are_named() {
        for (arguments, part) in [
            ("", "expected a file"),
            ("--jobs 0 a", "--jobs: expected at least 1"),
            ("--jobs x a", "cannot parse"),
            ("--precision m a", "precision"),
            ("--output xml a", "expected one of human, json, sarif, found \"xml\""),
            ("--no-warnings --deny-warnings a", "found both"),
            ("--nothing a", "invalid option '--nothing'"),
            ("- -", "only once"),
            ("--schema none.json a", "none.json: "),
        ] {
            let message = parse(arguments).map(|_| ()).unwrap_err();
            assert!(message.contains(part), "{arguments}: {message}");
        }
    }
}
