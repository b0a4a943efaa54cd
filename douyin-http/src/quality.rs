//! What a header field prefers, by quality values (RFC 9110, section 12.4.2).

/// The members of a list such as `gzip, br;q=0.5`, each with its quality in thousandths: 1000 where none is given, 0 where it is not one.
pub(crate) fn weighted(list: &str) -> impl Iterator<Item = (&str, u16)> {
    list.split(',').map(|member| {
        let (name, parameters) = member.split_once(';').unwrap_or((member, ""));
        let quality = parameters.split(';').map(str::trim).find_map(|parameter| {
            parameter
                .strip_prefix("q=")
                .or(parameter.strip_prefix("Q="))
        });
        (name.trim(), quality.map_or(1000, thousandths))
    })
}

/// A quality value as a number of thousandths; what is not one counts for nothing.
fn thousandths(quality: &str) -> u16 {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    match (whole, digits) {
        ("1", true) => 1000,
        ("0", true) => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_member_has_its_quality() {
        let list = "gzip, br;q=0.5 , *; Q=0.001,deflate;level=9;q=0, x;q=2,";
        let expected = [
            ("gzip", 1000),
            ("br", 500),
            ("*", 1),
            ("deflate", 0),
            ("x", 0),
            ("", 1000),
        ];
        assert_eq!(weighted(list).collect::<Vec<_>>(), expected);
    }
}
