"""Tensors from text: JSON, rows of numbers, hex."""

import numpy as np
import pytest

from studio.core.config.datatypes import data_type
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference.asking.pasted import from_hex, from_json, from_text


def _info(kind: str, *shape: int) -> TensorInfo:
    found = data_type(kind)
    assert found is not None
    return TensorInfo("x", found, shape)


@pytest.mark.parametrize("text", ["[[1, 2], [3, 4]]", "1,2\n3,4\n", "1\t2\n3\t4", "1 2\n 3 4 "])
def test_rows_in_every_form_that_is_copied(text: str) -> None:
    assert from_text(_info("INT32", -1, 2), text).tolist() == [[1, 2], [3, 4]]


def test_a_table_of_a_spreadsheet_may_have_decimal_commas() -> None:
    assert from_text(_info("FP32", -1, 2), "1,5\t2\r\n-,25\t3e2\r\n").tolist() == [[1.5, 2], [-0.25, 300]]
    assert from_text(_info("FP32", -1, 2), "1\t2\r\n").tolist() == [[1, 2]]
    for text, why in (
        ("1,234\t5", "“1,234” in row 1, column 1 may be thousands"),
        ("1\t2\n3\t\n", "the cell in row 2, column 2 is empty"),
        ("a\tb\n1\t2", "“a” in row 1, column 1 is no number"),
    ):
        with pytest.raises(CoreError, match=why):
            from_text(_info("FP32", -1, 2), text)


def test_one_row_is_one_member_of_a_batch() -> None:
    assert from_text(_info("FP32", -1, -1), "1, nan, -inf").shape == (1, 3)
    assert from_text(_info("BYTES", -1, 1), "a, b\nc").tolist() == [[b"a, b"], [b"c"]]


def test_the_nesting_of_json_is_the_shape() -> None:
    assert from_json(_info("FP32", -1, -1, 2), "[[[1, 2], [3, 4], [5, 6]]]").shape == (1, 3, 2)
    with pytest.raises(CoreError, match="JSON of x"):
        from_json(_info("FP32", -1), "[1,")


def test_hex_is_bytes_or_little_endian_numbers() -> None:
    assert from_hex(_info("FP32", 1), "00 00 80 3f").tolist() == [1.0]
    assert from_hex(_info("BYTES", 1), "0xff,0x00").tolist() == [b"\xff\x00"]
    assert from_hex(_info("UINT16", -1), "0100:0200").dtype == np.uint16
    for wrong, why in (("0", "odd"), ("zz", "“z”"), ("00", "multiple")):
        with pytest.raises(CoreError, match=why):
            from_hex(_info("INT32", 1), wrong)


def test_what_is_no_number_is_named() -> None:
    with pytest.raises(CoreError, match="“many”"):
        from_text(_info("INT32", 2), "1 many")
    with pytest.raises(CoreError, match="there is none"):
        from_text(_info("INT32", 2), "  \n")
