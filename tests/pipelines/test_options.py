"""The command line: what is understood, and what is refused."""

import re
from pathlib import Path

import pytest
from apache_beam.options.pipeline_options import DirectOptions, StandardOptions

from pipelines.options import parse
from pipelines.usage import UsageError
from transforms.read.transform import match


@pytest.fixture
def page(tmp_path: Path) -> str:
    (tmp_path / "a.txt").write_text("words")
    return str(tmp_path / "a.txt")


def refused(*arguments: str) -> str:
    with pytest.raises(UsageError) as error:
        parse(arguments)
    message = str(error.value)
    assert "\n" not in message
    return message


def test_what_is_not_said_has_a_default(page: str):
    options, _ = parse(["--input", page])
    assert (options.inputs, options.output) == ((page,), "output")
    assert (options.fetched_at, options.allow_no_match, options.traceback) == (None, False, False)
    assert (options.max_page_bytes, options.max_partitions) == (10 << 20, 10_000)


def test_inputs_are_gathered_and_named_once(page: str):
    folder = str(Path(page).parent)
    options, _ = parse(["--input", page, f"--input={folder}/*.txt", "--input", page])
    assert options.inputs == (page, f"{folder}/*.txt")


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_folder_stands_for_all_files_below_it(slash: str, page: str):
    folder = str(Path(page).parent)
    assert parse(["--input", folder + slash])[0].inputs == (f"{folder}/**",)


def test_the_time_of_fetching_is_read(page: str):
    assert parse(["--input", page, "--fetched_at", "1970-01-01T00:00:01Z"])[0].fetched_at == 1_000_000


def test_limits_are_in_megabytes(page: str):
    options, _ = parse(["--input", page, "--max_page_mb", "2", "--max_file_mb=3"])
    assert (options.max_page_bytes, options.max_file_bytes) == (2 << 20, 3 << 20)


@pytest.mark.parametrize(
    "runner",
    [[], ["--runner", "DirectRunner"], ["--runner=DirectRunner"], ["--runner", "directrunner"], ["--runner", "fnapirunner"]],
)
def test_the_direct_runner_is_the_in_process_engine(runner: list[str], page: str):
    assert parse(["--input", page, *runner])[1].view_as(StandardOptions).runner == "FnApiRunner"


def test_another_runner_is_beams_affair(page: str):
    assert parse(["--input", page, "--runner", "FlinkRunner"])[1].view_as(StandardOptions).runner == "FlinkRunner"


@pytest.mark.parametrize("runner", ["Foo", "foo.Bar", "apache_beam.Foo", ""])
def test_a_runner_that_is_none_is_refused(runner: str, page: str):
    assert refused("--input", page, "--runner", runner).startswith(f"--runner {runner} is no engine that Beam knows here: ")


def test_beams_flags_are_passed_on(page: str):
    _, beam_options = parse(["--direct_num_workers", "2", "--input", page, "--direct_running_mode=multi_processing"])
    direct = beam_options.view_as(DirectOptions)
    assert (direct.direct_num_workers, direct.direct_running_mode) == (2, "multi_processing")


def test_a_mistyped_flag_is_refused_with_the_one_that_was_meant():
    assert refused("--inptu", "a.txt") == "There is no flag --inptu; did you mean --input?"
    assert refused("--inptu=a.txt") == "There is no flag --inptu; did you mean --input?"


def test_a_mistyped_flag_of_beams_is_refused_too(page: str):
    message = refused("--input", page, "--direct_num_worker", "2")
    assert message == "There is no flag --direct_num_worker; did you mean --direct_num_workers?"


def test_a_flag_like_no_other_is_refused(page: str):
    assert refused("--input", page, "--xyzzy") == "There is no flag --xyzzy; see --help."


def test_an_abbreviated_flag_is_refused(page: str):
    assert refused("--inp", page) == "There is no flag --inp; did you mean --input?"


def test_files_without_a_flag_are_refused(page: str):
    message = refused("--input", page, "b.txt")
    assert message == "There is no place for 'b.txt'; put a glob with wildcards in quotes, and give files as --input."


def test_nothing_to_read_is_refused():
    assert refused() == "Nothing to read; give at least one --input."
    assert refused("--output", "x") == "Nothing to read; give at least one --input."


def test_a_flag_without_its_value_is_refused():
    assert refused("--input") == "Argument --input: expected one argument; see --help."


@pytest.mark.parametrize("value", ["yesterday", "", "12.06.2025", "2025-06-31"])
def test_a_time_that_is_none_is_refused(value: str, page: str):
    message = refused("--input", page, "--fetched_at", value)
    assert message == (
        f"Argument --fetched_at: {value!r} is not a date or time in ISO 8601, such as 2025-06-12T14:05:00Z; see --help."
    )


@pytest.mark.parametrize("flag", ["--max_page_mb", "--max_file_mb", "--max_partitions", "--max_linked_ids"])
@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", "1000000001"])
def test_a_limit_that_is_none_is_refused(flag: str, value: str, page: str):
    assert (
        refused("--input", page, f"{flag}={value}")
        == f"Argument {flag}: {value!r} is not a whole number from 1 to 1,000,000,000; see --help."
    )


def test_a_glob_that_matches_nothing_is_refused(tmp_path: Path, page: str):
    message = refused("--input", page, "--input", f"{tmp_path}/*.jsonl")
    assert message == (f"--input {tmp_path}/*.jsonl matches no file; mend it, or give --allow_no_match if that is expected.")


def test_a_file_below_the_output_is_refused_and_the_sentence_says_why(tmp_path: Path):
    (tmp_path / "out").mkdir()
    for name in ("out/a.jsonl", "b.txt"):
        (tmp_path / name).touch()
    for given in (f"{tmp_path}/out/a.jsonl", f"{tmp_path}/out/*.jsonl"):
        assert refused("--input", given, "--output", f"{tmp_path}/out") == (
            f"--input {given} matches only files that lie below --output {tmp_path}/out or in a dataset of Clipbook's, "
            "where nothing is read; move them, or give another folder to write to."
        )
    # Where others are matched too, they are read, and where nothing lies there, nothing is said of it.
    assert parse(["--input", str(tmp_path), "--output", f"{tmp_path}/out"])[0].inputs == (f"{tmp_path}/**",)
    message = refused("--input", f"{tmp_path}/out/*.warc", "--output", f"{tmp_path}/out")
    assert message.startswith(f"--input {tmp_path}/out/*.warc matches no file; ")


def test_a_glob_that_matches_nothing_may_be_allowed(tmp_path: Path):
    options, _ = parse(["--input", f"{tmp_path}/*.jsonl", "--allow_no_match"])
    assert options.inputs == (f"{tmp_path}/*.jsonl",)


def test_an_unknown_file_system_is_refused():
    assert refused("--input", "nowhere://bucket/*").startswith("--input nowhere://bucket/* cannot be read: ")


def test_an_output_of_no_name_is_refused(page: str):
    for output in ("", "/", "//"):
        assert refused("--input", page, "--output", output) == (
            "--output names no folder; give one, such as --output output."
        )


def test_an_output_on_an_unknown_file_system_is_refused(page: str):
    message = refused("--input", page, "--output", "nowhere://bucket/out")
    assert message.startswith("--output nowhere://bucket/out cannot be written: ")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with files whose names look like globs and files that those would match."""
    for name in ("a.txt", "x1.txt", "x[1].txt", "f1/b.txt", "f[1]/b.txt", "what?.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*inputs: str) -> list[str]:
    """What is read, below the current folder."""
    options, _ = parse([argument for path in inputs for argument in ("--input", path)])
    matched = {path.decode() for glob in options.inputs for path, _ in match(glob, options.output)}
    return sorted(str(Path(path).relative_to(Path.cwd())) for path in matched)


def test_a_glob_in_the_current_folder_is_read_by_its_full_path(here: Path):
    assert parse(["--input", "*.txt"])[0].inputs == (f"{here}/*.txt",)
    assert found("*.txt") == ["a.txt", "what?.txt", "x1.txt", "x[1].txt"]


def test_one_file_that_is_spelled_in_four_ways_is_one_input(here: Path):
    spellings = ["a.txt", "./a.txt", "f1/../a.txt", f"{here}/a.txt"]
    assert parse([f"--input={path}" for path in spellings])[0].inputs == (f"{here}/a.txt",)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["x1.txt", "what?.txt"])
def test_what_exists_is_meant_as_it_is_written(name: str, here: Path):
    assert found(name) == [name]


@pytest.mark.parametrize(("name", "read"), [("x[1].txt", "x[1].txt"), ("f[1]", "f[1]/b.txt"), ("f[1]/", "f[1]/b.txt")])
def test_brackets_in_what_exists_are_no_wildcards(name: str, read: str, here: Path):
    assert found(name) == [read]


@pytest.mark.filterwarnings("error::FutureWarning")
def test_brackets_in_what_exists_are_no_cause_for_a_warning_of_pythons(here: Path):
    re.purge()
    assert found("x[1].txt") == ["x[1].txt"]


def test_brackets_in_what_does_not_exist_are_wildcards(here: Path):
    assert found("x[0-9].txt", "[ab].txt") == ["a.txt", "x1.txt"]


def test_an_input_of_no_name_is_refused(here: Path):
    assert refused("--input", "")


def test_a_folder_with_brackets_in_its_name_does_not_lend_it_to_its_pages(here: Path):
    (glob,) = parse(["--input", "f[1]"])[0].inputs
    assert [file.relative for _, file in match(glob)] == [b"b.txt"]
