//! Cases that the specification names, with texts that its sentences describe: first those in which we say what the
//! reference says, then by the Strict paragraph those in which we do not.

use lineproof::annotated_csv::Reader;
use lineproof::error::SyntaxErrorKind as Kind;

use super::Says::{Error as E, Point as P};
use super::check;

#[test]
fn as_the_reference_reads_them() {
    check(&[
        ("boolean_fmt_overlap_false_wins", b"#datatype measurement,\"boolean:y,n:n\"\nm,v\ncpu,n\n", &[P("cpu v=false")]),
        ("boolean_on", b"#datatype measurement,boolean\nm,v\ncpu,on\n", &[E(Kind::InvalidValue, (3, 5), "v")]),
        ("boolean_true_sp", b"#datatype measurement,boolean\nm,v\ncpu, true\n", &[E(Kind::InvalidValue, (3, 5), "v")]),
        ("concat_all_empty_omits_field", b"#concat string,s,${a}${b}\n_measurement,a|ignored,b|ignored,v\nm,,,1\n", &[P("m v=1")]),
        ("const_extra_cells_ignored", b"#constant tag,t,x,y,z\n_measurement,v\ncpu,1\n", &[P("cpu,t=x v=1")]),
        ("const_label__measurement", b"#constant string,_measurement,cpu\nv\n1\n", &[P("cpu v=1")]),
        ("const_untyped_comma_form", b"#constant,,f,1i\n_measurement,v\ncpu,1\n", &[P("cpu v=1,f=1i")]),
        ("fv_basic", b"#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string\n#group,false,false,true,true,false,false,true,true\n#default,_result,,,,,,,\n,result,table,_start,_stop,_time,_value,_field,_measurement\n,,0,2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,2020-01-01T12:00:00Z,1.5,f,m\n", &[P("m f=1.5 1577880000000000000")]),
        ("fv_field_by_constant", b"#constant string,_field,a\n_measurement,_value\ncpu,1\n", &[P("cpu a=1")]),
        ("ignore_ignoreXYZ", b"#datatype measurement,ignoreXYZ,long\nm,a,b\ncpu,x,1\n", &[P("cpu b=1i")]),
        ("label_with_backslash", b"_measurement,a\\b\ncpu,1\n", &[P("cpu a\\b=1")]),
        ("long_strict_trailing_dot_fails", b"#datatype measurement,long:strict\nm,v\ncpu,1.\n", &[E(Kind::TruncatedNumber, (3, 5), "v")]),
        ("long_strict_zero_fraction_fails", b"#datatype measurement,long:strict\nm,v\ncpu,1.0\n", &[E(Kind::TruncatedNumber, (3, 5), "v")]),
        ("meas_constant_overrides_column", b"#constant measurement,x\n#datatype measurement,long\nm,v\ncpu,1\n", &[P("x v=1i")]),
        ("opt_skip_row_on_error_all_kinds", b"#datatype measurement,tag,long,dateTime\nm,t,a,at\ncpu,x,1,5\n,x,1,5\ncpu,x,z,5\ncpu,x,,5\ncpu,x,1,z\ncpu,x,2,6\n", &[P("cpu,t=x a=1i 5"), E(Kind::EmptyName, (4, 1), "m"), E(Kind::InvalidValue, (5, 7), "a"), E(Kind::MissingFields, (6, 7), ""), E(Kind::InvalidTimestamp, (7, 9), "at"), P("cpu,t=x a=2i 6")]),
        ("sep_annotation_uses_separator", b"sep=;\n#datatype measurement;boolean:y,Y:n,N\nm;v\ncpu;Y\n", &[P("cpu v=true")]),
        ("sep_pipe_breaks_shorthand", b"sep=|\n_measurement|a|long\ncpu|1|2\n", &[P("cpu a=1,long=2")]),
        ("sep_tab", b"sep=\t\n_measurement\ta\ncpu\t1\n", &[P("cpu a=1")]),
        ("short_default_contains_pipe", b"_measurement,a|string|x|y\ncpu,\n", &[P("cpu a=\"x|y\"")]),
        ("short_field_annotation_does_not_block", b"#datatype measurement,field\nm,a|long\ncpu,1\n", &[P("cpu a=1i")]),
        ("struct_annotation_uppercase", b"#DATATYPE measurement,long\nm,v\ncpu,1\n", &[P("cpu v=1i")]),
        ("struct_annotation_without_blank_line_starts_table", b"#datatype measurement,long\nm,a\ncpu,1\n#datatype measurement,double\nm,b\ncpu,2\n", &[P("cpu a=1i"), P("cpu b=2")]),
        ("struct_bare_quote_error", b"_measurement,a\ncpu,x\"y\n", &[E(Kind::BareQuote, (2, 6), "")]),
        ("struct_comment_row_hash_space", b"_measurement,v\n# comment\ncpu,1\n", &[P("cpu v=1")]),
        ("struct_empty_quoted_is_empty", b"_measurement,a,b\ncpu,\"\",1\n", &[P("cpu b=1")]),
        ("struct_lf_in_quoted_string", b"_measurement,s|string\ncpu,\"a\nb\"\n", &[P("cpu s=\"a\nb\"")]),
        ("struct_mixed_forms", b"#group,false,false\n#datatype ,measurement,long\n,m,v\n,cpu,1\n", &[P("cpu v=1i")]),
        ("struct_only_annotations", b"#datatype measurement,long\n#group false,false\n", &[]),
        ("struct_only_blank_lines", b"\n\n\n", &[]),
        ("struct_short_row_defaults_for_fields", b"#datatype measurement,long,long\n#default ,1,2\nm,a,b\ncpu\n", &[P("cpu a=1i,b=2i")]),
        ("struct_spaces_not_trimmed", b"_measurement, a|string\n cpu, x \n", &[P("\\ cpu \\ a=\" x \"")]),
        ("struct_text_after_closing_quote", b"_measurement,a|string\ncpu,\"a\"b\n", &[E(Kind::TextAfterQuote, (2, 7), "")]),
        ("struct_trailing_cr_at_eof", b"_measurement,a\ncpu,1\r", &[P("cpu a=1")]),
        ("struct_unterminated_quote", b"_measurement,a|string\ncpu,\"a\n", &[E(Kind::UnclosedQuote, (2, 5), "")]),
        ("struct_whitespace_only_line", b"_measurement,a\n \ncpu,1\n", &[E(Kind::MissingFields, (2, 2), ""), P("cpu a=1")]),
        ("tag_value_backslash_before_comma", b"_measurement,t|tag,v\ncpu,\"a\\,b\",1\n", &[P("cpu,t=a\\\\,b v=1")]),
    ]);
}

/// Strict (1): a byte order mark is left out; bytes that are no text and lone CR are refused, and `sep=` names one character.
#[test]
fn bytes() {
    check(&[
        (
            "enc_invalid_utf8_*",
            b"_measurement,s|string\ncpu,\xff\n",
            &[E(Kind::InvalidUtf8, (2, 5), "")],
        ),
        (
            "sep_extra_characters_ignored",
            b"sep=;abc\n_measurement;a\ncpu;1\n",
            &[E(Kind::InvalidSeparator, (1, 5), "")],
        ),
        (
            "sep_multibyte_uses_first_byte",
            b"sep=\xc2\xa7\n_measurement\xc2\xa7a\ncpu\xc2\xa71\n",
            &[P("cpu a=1")],
        ),
        ("struct_bom_before_header", b"\xef\xbb\xbf_measurement,v\ncpu,1\n", &[P("cpu v=1")]),
        (
            "struct_lone_cr_in_data",
            b"_measurement,s|string\ncpu,a\rb\n",
            &[E(Kind::ControlCharacter, (2, 6), "")],
        ),
    ]);
}

/// Strict (2): what is no annotation is told, each is there once, tables keep nothing of the one before, all rows before the data have one width.
#[test]
fn rows_and_tables() {
    check(&[
        ("struct_annotation_colon_separator_unsupported", b"#datatype:measurement,long\n_measurement,v\ncpu,1\n", &[E(Kind::UnknownAnnotation, (1, 1), "")]),
        ("struct_annotation_comma_form_label_in_first_column", b"#datatype,measurement,long\nx,m,v\n5,cpu,1\n", &[E(Kind::RowWidth, (2, 1), "")]),
        ("struct_annotation_comma_form_with_unshifted_rows", b"#datatype,measurement,long\nm,v\ncpu,1\n", &[E(Kind::RowWidth, (2, 4), "")]),
        ("struct_annotation_tab_separator_unsupported", b"#datatype\tmeasurement,long\n_measurement,v\ncpu,1\n", &[E(Kind::UnknownAnnotation, (1, 1), "")]),
        ("struct_comment_row_hash_nospace", b"_measurement,v\n#comment\ncpu,1\n", &[E(Kind::UnknownAnnotation, (2, 1), ""), P("cpu v=1")]),
        ("struct_concat_validator_survives_table_change", b"#concat string,s,${x}\n_measurement,x\nm,1\n#datatype measurement,long\nm,v\ncpu,1\n", &[P("m x=1,s=\"1\""), P("cpu v=1i")]),
        ("struct_concat_validator_survives_table_change_skip", b"#concat string,s,${x}\n_measurement,x\nm,1\n#datatype measurement,long\nm,v\ncpu,1\ncpu,2\n", &[P("m x=1,s=\"1\""), P("cpu v=1i"), P("cpu v=2i")]),
        ("struct_constant_in_middle_of_data", b"_measurement,v\ncpu,1\n#constant tag,t,x\ncpu,2\n", &[P("cpu v=1"), E(Kind::MisplacedAnnotation, (3, 1), "")]),
        ("struct_header_label_starting_with_hash", b"#m,_measurement,a\nx,cpu,1\n", &[E(Kind::UnknownAnnotation, (1, 1), "")]),
        ("struct_repeated_group_resets_columns", b"#group false,true\n#datatype measurement,\n#group false,false\n_measurement,a\ncpu,1\n", &[E(Kind::RepeatedAnnotation, (3, 1), "")]),
        ("struct_second_table_only_constant_header_is_data", b"#constant measurement,m1\na|long\n1\n\n#constant measurement,m2\nb|long\n2\n", &[P("m1 a=1i"), P("m2 b=2i")]),
        ("struct_timezone_in_middle_of_data", b"#datatype measurement,long,dateTime:2006-01-02\nm,v,t\ncpu,1,1970-01-02\n#timezone +0100\ncpu,1,1970-01-02\n", &[P("cpu v=1i 86400000000000"), E(Kind::MisplacedAnnotation, (4, 1), "")]),
        ("tz_changed_after_rows_is_sticky", b"#timezone +0100\n#datatype measurement,long,dateTime:2006-01-02\nm,v,t\ncpu,1,1970-01-02\n#timezone +0200\ncpu,1,1970-01-02\n", &[P("cpu v=1i 82800000000000"), E(Kind::MisplacedAnnotation, (5, 1), "")]),
        ("x_default_measurement_only", b"#default cpu\n_measurement,a\n,1\n", &[E(Kind::RowWidth, (2, 14), "")]),
        ("x_stale_linepart_tag_kept", b"#datatype measurement,tag,long\n#datatype measurement,long,long\nm,a,b\ncpu,1,2\n", &[E(Kind::RepeatedAnnotation, (2, 1), "")]),
    ]);
}

/// Strict (3): a column has one default.
#[test]
fn two_defaults() {
    check(&[
        (
            "datatype_default_then_datatype_pipe",
            b"#default ,5\n#datatype measurement,long|7\nm,a\ncpu,\n",
            &[E(Kind::ConflictingDefaults, (1, 11), "a")],
        ),
        (
            "datatype_pipe_then_default",
            b"#datatype measurement,long|7\n#default ,5\nm,a\ncpu,\n",
            &[E(Kind::ConflictingDefaults, (2, 11), "a")],
        ),
        (
            "short_default_annotation_with_shorthand_default",
            b"#default ,5\n_measurement,a|long|7\ncpu,\n",
            &[E(Kind::ConflictingDefaults, (1, 11), "a")],
        ),
    ]);
}

/// Strict (4): types, formats and defaults are checked with the header, no digit is lost, and abbreviations of zones are refused.
#[test]
fn types_and_values() {
    check(&[
        ("default_not_validated_until_used", b"#datatype measurement,long\n#default ,x\nm,a\ncpu,1\ncpu,\n", &[E(Kind::InvalidValue, (2, 11), "a")]),
        ("double_format_fraction_is_letter", b"#datatype measurement,double:e.\nm,v\ncpu,1e3\n", &[E(Kind::InvalidFormat, (1, 23), "v")]),
        ("double_format_same_twice", b"#datatype measurement,double:..\nm,v\ncpu,1.5\n", &[E(Kind::InvalidFormat, (1, 23), "v")]),
        ("layout_2006-01-02_15:04_MST__2020-03-04_05:06_GMT+3", b"#datatype measurement,long,\"dateTime:2006-01-02 15:04 MST\"\nm,v,t\ncpu,1,\"2020-03-04 05:06 GMT+3\"\n", &[E(Kind::InvalidFormat, (1, 28), "t")]),
        ("long_1.9", b"#datatype measurement,long\nm,v\ncpu,1.9\n", &[E(Kind::TruncatedNumber, (3, 5), "v")]),
        ("long_1.x", b"#datatype measurement,long\nm,v\ncpu,1.x\n", &[E(Kind::InvalidValue, (3, 5), "v")]),
        ("long_strictly_l_is_fraction", b"#datatype measurement,long:strictly\nm,v\ncpu,1l2\n", &[E(Kind::InvalidFormat, (1, 23), "v")]),
        ("type_long_case_sensitive", b"#datatype measurement,Long\nm,v\ncpu,1\n", &[E(Kind::InvalidDataType, (1, 23), "v")]),
        ("type_unsupported_only_first_row_reported_with_skip", b"#datatype measurement,int,long\nm,a,b\ncpu,,1\ncpu,,2\n", &[E(Kind::InvalidDataType, (1, 23), "a")]),
        ("tz_abbrev_in_location", b"#timezone Europe/Prague\n#datatype measurement,long,dateTime:2006-01-02 15:04 MST\nm,v,t\ncpu,1,2020-07-01 00:00 CEST\n", &[E(Kind::UnknownTimeZone, (1, 11), "")]),
    ]);
}

/// Strict (5): each role has one column, the bounds of a query are no timestamp, an error table is an error.
#[test]
fn roles() {
    check(&[
        ("fv_aggregated_without__time", b"#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,double,string,string\n#group,false,false,true,true,false,true,true\n#default,_result,,,,,,\n,result,table,_start,_stop,_value,_field,_measurement\n,,0,2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,1.5,f,m\n", &[P("m f=1.5")]),
        ("fv_error_named__field", b"#datatype string,string,double\n_measurement,_field,_value\nm,a,x\n", &[E(Kind::InvalidValue, (3, 5), "_value")]),
        ("fv_error_table_with_measurement_constant", b"#constant measurement,m\n#datatype,string,long\n,error,reference\n,Failed,897\n", &[E(Kind::QueryError, (4, 2), "")]),
        ("fv_field_column_in_pivoted_result_table", b"#datatype,string,long,string,double\n#group,false,false,true,false\n#default,_result,,,\n,result,table,_measurement,f\n,,0,m,1\n", &[P("m f=1")]),
        ("fv_field_label_ignored", b"_measurement,_field|ignored,a\ncpu,x,1\n", &[E(Kind::ConflictingRole, (1, 14), "_field")]),
        ("fv_other_typed_columns_dropped", b"_measurement,_field,_value,x|long\ncpu,a,1,2\n", &[E(Kind::UnusedColumn, (1, 28), "x")]),
        ("fv_value_only", b"_measurement,_value\ncpu,1\n", &[E(Kind::MissingColumn, (1, 14), "_value")]),
        ("meas_label_ignored_type_still_measurement", b"_measurement|ignored,v\ncpu,1\n", &[E(Kind::ConflictingRole, (1, 1), "_measurement")]),
        ("struct_lf_in_tag", b"_measurement,t|tag,v\ncpu,\"a\nb\",1\n", &[E(Kind::ControlCharacter, (2, 5), "t")]),
        ("timecol__time_then_start_stop_loses", b"#datatype measurement,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339\nm,v,_time,_start,_stop\ncpu,1,2020-01-01T00:00:00Z,2019-01-01T00:00:00Z,2021-01-01T00:00:00Z\n", &[P("cpu v=1i 1577836800000000000")]),
        ("timecol_two_datetimes_last_wins", b"#datatype measurement,long,dateTime,dateTime\nm,v,a,b\ncpu,1,5,6\n", &[E(Kind::DuplicateColumn, (2, 7), "b")]),
    ]);
}

/// Strict (6): they are checked when they are read.
#[test]
fn constants_and_templates() {
    check(&[
        (
            "concat_cannot_reference_constant",
            b"#constant tag,c,x\n#concat string,s,${c}\n_measurement,v\nm,1\n",
            &[E(Kind::UnknownPlaceholder, (2, 18), "s")],
        ),
        (
            "concat_nested_braces",
            b"#concat string,s,${${v}}\n_measurement,v\nm,1\n",
            &[E(Kind::UnknownPlaceholder, (1, 18), "s")],
        ),
        (
            "const_pipe_default_cleared_by_empty_value",
            b"#constant long|7,f,\n_measurement,v\ncpu,1\n",
            &[E(Kind::InvalidAnnotation, (1, 20), "f")],
        ),
    ]);
}

/// No Strict paragraph, but laws of this library: what every row would lack is told once, and one bad quote costs one row.
#[test]
fn what_is_told_once_and_where_reading_goes_on() {
    check(&[
        (
            "struct_bare_quote_error_not_skippable",
            b"_measurement,a\ncpu,1\ncpu,x\"y\ncpu,2\n",
            &[P("cpu a=1"), E(Kind::BareQuote, (3, 6), ""), P("cpu a=2")],
        ),
        (
            "x_missing_measurement_reported_every_row",
            b"a|long\n1\n2\n",
            &[E(Kind::MissingColumn, (1, 7), "")],
        ),
    ]);
}

/// Left out: whoever takes lines away, or puts some in front, says what number the first one has.
#[test]
fn lines_are_numbered_as_the_caller_says() {
    for (name, first, text, line) in [
        (
            "opt_skip_header_line_numbers_exclude_skipped",
            1,
            &b"_measurement,a|long\ncpu,x\n"[..],
            2,
        ),
        ("the same with the line that was skipped", 2, b"_measurement,a|long\ncpu,x\n", 3),
        ("opt_skip_header_sep_line_after_skip", 5, b"sep=;\n_measurement;a|long\ncpu;x\n", 7),
        (
            "x_headers_and_skip_combined_error_line",
            2,
            b"#datatype measurement,long\nm,a\ncpu,x\n",
            4,
        ),
    ] {
        let error = Reader::new(text).first_line(first).points().next().unwrap().unwrap_err();
        assert_eq!(
            (error.kind(), error.column(), error.column_label()),
            (Kind::InvalidValue, 5, Some("a")),
            "{name}"
        );
        assert_eq!(
            (error.first_line(), error.line(), error.last_line()),
            (line, line, line),
            "{name}"
        );
    }
}
