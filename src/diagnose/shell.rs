//! What people copy from a shell, recognised by a line.

use super::cause::Cause;
use super::line::{groups, is_digits};
use super::text_formats::is_name_byte;

/// Returns what stands before a line that is one without it, a prompt or `INSERT`, and its length.
pub(super) fn before_line(line: &[u8]) -> Option<(Cause, usize)> {
    match line.first()? {
        b'>' | b'$' | b'%' if is_prompt(line) => {
            let space = line.iter().position(|&byte| byte == b' ')?;
            Some((Cause::Prompt, space + 1))
        }
        b'>' if is_insert(line) => Some((Cause::Insert, b"> INSERT".len())),
        b'I' | b'i' if is_insert(line) => Some((Cause::Insert, b"INSERT".len())),
        _ => None,
    }
}

/// `INSERT`, and then what begins like a line of its own, without `=` before the first `,` or
/// space. A measurement of this name is followed by a field.
pub(super) fn is_insert(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"> ").unwrap_or(line);
    let Some((command, rest)) = line.split_at_checked(7) else { return false };
    if !command.eq_ignore_ascii_case(b"INSERT ") {
        return false;
    }
    let rest = rest.trim_ascii_start();
    let end = rest.iter().position(|&byte| matches!(byte, b',' | b' ' | b'='));
    end.is_some_and(|end| end > 0 && rest[end] != b'=' && rest[end..].contains(&b'='))
}

/// A command such as `curl`, with an option, a text in quotes or another command after it.
pub(super) fn is_command(line: &[u8]) -> bool {
    let mut words = groups(line);
    let (name, first) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let names: [&[u8]; 12] = [
        b"curl",
        b"wget",
        b"http",
        b"influx",
        b"influxd",
        b"influxdb3",
        b"echo",
        b"printf",
        b"cat",
        b"sudo",
        b"docker",
        b"telegraf",
    ];
    let is_argument = matches!(first.first(), Some(b'-' | b'"' | b'\'' | b'|' | b'>'))
        || first.starts_with(b"http")
        || matches!(first, b"write" | b"exec" | b"run" | b"query");
    let is_option =
        |word: &[u8]| word.starts_with(b"--") && word.get(2).is_some_and(u8::is_ascii_alphabetic);
    (names.contains(&name) && is_argument)
        || (is_option(name) && !name.contains(&b'=') && !first.is_empty())
}

/// `@FILE`, a path, or a name with the ending of a file.
pub(super) fn is_file_name(line: &[u8]) -> bool {
    let is_part = |byte: &u8| !matches!(byte, b' ' | b',' | b'=' | b'"' | b'<');
    let endings: [&[u8]; 5] = [b".lp", b".txt", b".csv", b".json", b".gz"];
    line.len() > 1
        && line.iter().all(is_part)
        && (line.starts_with(b"@")
            || line.starts_with(b"/")
            || line.starts_with(b"./")
            || endings.iter().any(|ending| line.ends_with(ending)))
}

/// The prompt of a shell, or what `telegraf --test` writes before each line, and then a line.
pub(super) fn is_prompt(line: &[u8]) -> bool {
    let prompts: [&[u8]; 4] = [b"> ", b"$ ", b"% ", b">>> "];
    let rest = prompts.iter().find_map(|prompt| line.strip_prefix(*prompt));
    rest.is_some_and(|rest| !is_insert(rest) && groups(rest).nth(1).is_some_and(has_equals))
}

/// A statement of SQL, `InfluxQL` or Flux.
pub(super) fn is_query(line: &[u8]) -> bool {
    let verbs = [
        "SELECT", "CREATE", "DROP", "SHOW", "USE", "DELETE", "ALTER", "GRANT", "EXPLAIN", "UPDATE",
        "INSERT",
    ];
    let mut words = groups(line);
    let verb = words.next().unwrap_or_default();
    let is_verb = verbs.iter().any(|known| verb.eq_ignore_ascii_case(known.as_bytes()));
    let has_object = words.next().is_some_and(|object| !has_equals(object));
    (is_verb && has_object && !is_insert(line))
        || line.starts_with(b"from(bucket")
        || line.starts_with(b"import \"")
        || line.starts_with(b"|> ")
}

/// The table that the influx shell or another client prints.
pub(super) fn is_query_output(line: &[u8]) -> bool {
    line.starts_with(b"name: ") && !has_equals(line)
        || line.starts_with(b"| ") && line.ends_with(b"|")
        || (line.starts_with(b"+-") && line.ends_with(b"+"))
        || line.starts_with(b"Result: ")
        || line.starts_with(b"Table: ")
}

/// A fence around code.
pub(super) fn is_code_fence(line: &[u8]) -> bool {
    line.starts_with(b"```") && line.iter().all(|byte| *byte == b'`' || is_name_byte(*byte))
}

/// A line that begins with a date, or that has a level and a message.
pub(super) fn is_log(line: &[u8]) -> bool {
    let mut words = groups(line);
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let first = first.strip_prefix(b"[").unwrap_or(first);
    let is_date = match first {
        [year @ .., b'-' | b'/', _, _, b'-' | b'/', _, _] => is_digits(year, 4),
        _ => first.get(..10).is_some_and(|date| {
            is_digits(&date[..4], 4) && date[4] == b'-' && date[7] == b'-' && first[10] == b'T'
        }),
    };
    let has_word = |word: &[u8]| line.windows(word.len()).any(|window| window == word);
    let is_priority = first
        .strip_prefix(b"<")
        .and_then(|rest| rest.split(|&byte| byte == b'>').next())
        .is_some_and(|digits| is_digits(digits, 1) && first.len() > digits.len() + 1);
    (is_date && !second.is_empty() && !has_equals(second) && !has_equals(first))
        || (is_priority && !second.is_empty() && !has_equals(second))
        || (has_word(b"level=") && has_word(b" msg="))
}

fn has_equals(text: &[u8]) -> bool {
    text.contains(&b'=')
}
