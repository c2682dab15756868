//! Files of credentials, read by the official Python library too.

use crate::{bench::Bench, install::Runtime, judge, support::Run};

fn section(name: &str, id: &str, secret: &str) -> String {
    format!("[{name}]\ntype = access_key\naccess_key_id = {id}\naccess_key_secret = {secret}\n")
}

/// What the official Python library reads of a section is read here too, unless it is said that it is not.
#[test]
fn the_python_library_reads_the_same_or_the_difference_is_named() {
    let bench = Bench::with(&["--access-key", "testAk:testSk"]);
    let program = concat!(
        "import sys\n",
        "from alibabacloud_credentials.provider.profile import ProfileCredentialsProvider as P\n",
        "for file in sys.argv[1:]:\n",
        "    try:\n",
        "        got = P(profile_file=file, profile_name='default').get_credentials()\n",
        "        print(got.get_access_key_id() + ' ' + got.get_access_key_secret())\n",
        "    except Exception as error:\n",
        "        print(type(error).__name__)\n",
    );
    bench.desk.write("reads.py", program);
    let values = [
        "testSk",
        "testSk # mine",
        "testSk#mine",
        "  testSk  ",
        "\"testSk\"",
        "'testSk'",
        "testSk;mine",
        "testSk ; mine",
        "\"testSk\" # mine",
    ];
    let texts = values.map(|value| section("default", "testAk", value));
    let more = [
        "[default]\ntype: access_key\naccess_key_id: testAk\naccess_key_secret: testSk\n",
        "# first\n[other]\ntype = access_key\n\n[default]\n; why\ntype=access_key\nACCESS_KEY_ID=testAk\naccess_key_secret=testSk\n",
        "[default] # mine\ntype = access_key\naccess_key_id = testAk\naccess_key_secret = testSk\n",
        "[default]\r\ntype = access_key\r\naccess_key_id = testAk\r\naccess_key_secret = testSk\r\n",
    ];
    let texts: Vec<String> = texts.into_iter().chain(more.map(str::to_owned)).collect();
    let files: Vec<String> =
        texts.iter().enumerate().map(|(at, text)| bench.private(&format!("ini-{at}"), text)).collect();
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    let program = bench.desk.path("reads.py").display().to_string();
    let Some(said) = judge::run(Runtime::Python, &bench.desk, "", &program, &names) else { return };
    let said: Vec<&str> = said.lines().collect();
    assert_eq!(said.len(), files.len(), "{said:?}");
    let mut agreed = 0;
    for (file, library) in files.iter().zip(said) {
        let variables =
            [("ALIBABA_CLOUD_CREDENTIALS_FILE", file.as_str()), ("ALIBABA_CLOUD_IGNORE_PROFILE", "true")];
        // The emulator knows the one pair: that it answers says what was read.
        let run: Run = bench.plan(&variables).exits(0);
        if library == "testAk testSk" {
            agreed += 1;
        } else {
            // A warning that names the library and the line.
            run.says("Python library");
        }
    }
    assert!(agreed >= 8, "{agreed}");
}
