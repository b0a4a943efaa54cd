use image::metadata::Orientation;

/// How a picture is turned that a track shows with this matrix: its first two columns, which are a, b, c and d in 16.16 (ISO/IEC 14496-12,
/// 6.2.2). It is taken for the nearest of the eight ways to lay a picture on a table.
pub(super) fn orientation([a, b, c, d]: [i32; 4]) -> Orientation {
    let is_quarter =
        a.unsigned_abs().max(d.unsigned_abs()) < b.unsigned_abs().max(c.unsigned_abs());
    if is_quarter {
        match (b < 0, c < 0) {
            (false, true) => Orientation::Rotate90,
            (true, false) => Orientation::Rotate270,
            (false, false) => Orientation::Rotate90FlipH,
            (true, true) => Orientation::Rotate270FlipH,
        }
    } else {
        match (a < 0, d < 0) {
            (false, false) => Orientation::NoTransforms,
            (true, true) => Orientation::Rotate180,
            (true, false) => Orientation::FlipHorizontal,
            (false, true) => Orientation::FlipVertical,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the matrix takes a corner, and where the picture takes it, from the middle.
    fn corner_goes_alike(matrix: [i32; 4]) {
        let one = 1 << 16;
        let mut picture = image::DynamicImage::new_rgb8(3, 3).into_rgb8();
        for (x, y, colour) in [(-1, -1, 10), (1, -1, 20), (-1, 1, 30), (1, 1, 40)] {
            picture.put_pixel(at(x), at(y), image::Rgb([colour; 3]));
        }
        let mut turned = image::DynamicImage::from(picture.clone());
        turned.apply_orientation(orientation(matrix));
        let turned = turned.into_rgb8();
        let [a, b, c, d] = matrix.map(|part| part / one);
        for (x, y) in [(-1, -1), (1, -1), (-1, 1), (1, 1)] {
            let (to_x, to_y) = (a * x + c * y, b * x + d * y);
            let (from, to) = (
                picture.get_pixel(at(x), at(y)),
                turned.get_pixel(at(to_x), at(to_y)),
            );
            assert_eq!(from, to, "{matrix:?}: {x},{y}");
        }
    }

    fn at(from_the_middle: i32) -> u32 {
        u32::try_from(from_the_middle + 1).unwrap()
    }

    #[test]
    fn a_picture_is_turned_as_its_matrix_says() {
        let one = 1 << 16;
        for (a, b, c, d) in [
            (one, 0, 0, one),
            (-one, 0, 0, -one),
            (-one, 0, 0, one),
            (one, 0, 0, -one),
            (0, one, -one, 0),
            (0, -one, one, 0),
            (0, one, one, 0),
            (0, -one, -one, 0),
        ] {
            corner_goes_alike([a, b, c, d]);
        }
    }
}
