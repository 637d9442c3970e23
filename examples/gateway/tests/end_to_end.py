"""Writes with the official client, through the gateway, to a real InfluxDB 1.x.

usage: end_to_end.py GATEWAY

Each test has a database of its own. It asserts what the client raises, what the database then holds,
and what the gateway keeps. Servers listen on loopback and store in a temporary folder.
"""

import gzip
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from influxdb_client import InfluxDBClient, Point, WriteOptions, WritePrecision
from influxdb_client.client.write.retry import WritesRetry
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException

GATEWAY = sys.argv.pop(1)
CHECK = " (check rejected_points in your _monitoring bucket for further information)"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Database:
    """An InfluxDB 1.x server that can be stopped and started again."""

    def __init__(self, folder):
        self.folder = folder
        self.url = f"http://127.0.0.1:{free_port()}"

    def start(self):
        settings = {
            "INFLUXDB_BIND_ADDRESS": "127.0.0.1:0",
            "INFLUXDB_HTTP_BIND_ADDRESS": self.url.removeprefix("http://"),
            "INFLUXDB_META_DIR": f"{self.folder}/meta",
            "INFLUXDB_DATA_DIR": f"{self.folder}/data",
            "INFLUXDB_DATA_WAL_DIR": f"{self.folder}/wal",
            "INFLUXDB_MONITOR_STORE_ENABLED": "false",
            "INFLUXDB_REPORTING_DISABLED": "true",
        }
        with open(f"{self.folder}/log", "a") as log:
            self.process = subprocess.Popen(
                ["influxd", "run", "-config", os.devnull],
                env=os.environ | settings,
                stdout=log,
                stderr=log,
            )
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/ping").close()
                return
            except urllib.error.URLError:
                time.sleep(0.1)
        raise TimeoutError(Path(self.folder, "log").read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def query(self, text, database=""):
        """Returns the rows of each series, by the name of its measurement. Times are in nanoseconds."""
        parameters = urllib.parse.urlencode({"db": database, "epoch": "ns", "q": text})
        with urllib.request.urlopen(f"{self.url}/query", parameters.encode()) as answer:
            (result,) = json.load(answer)["results"]
        rows = {}
        for series in result.get("series", []):
            named = [dict(zip(series["columns"], values)) for values in series["values"]]
            rows[series["name"]] = [
                {key: value for key, value in row.items() if value is not None} for row in named
            ]
        return rows


def setUpModule():
    global database, gateway, gateway_url, rejected_folder
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    database = Database(folder.name)
    database.start()
    unittest.addModuleCleanup(lambda: database.stop())
    rejected_folder = Path(folder.name, "rejected")
    gateway = subprocess.Popen(
        [GATEWAY, "127.0.0.1:0", database.url, rejected_folder], stdout=subprocess.PIPE, text=True
    )
    unittest.addModuleCleanup(gateway.stdout.close)
    unittest.addModuleCleanup(gateway.wait)
    unittest.addModuleCleanup(gateway.terminate)
    gateway_url = "http://" + gateway.stdout.readline().removeprefix("listening on ").strip()


class Write(unittest.TestCase):
    def setUp(self):
        self.bucket = self.id().rpartition(".")[2]
        database.query(f"CREATE DATABASE {self.bucket}")

    def client(self, **settings):
        client = InfluxDBClient(gateway_url, token="secret", org="o", **settings)
        self.addCleanup(client.close)
        return client

    def write(self, record, precision=WritePrecision.S, **settings):
        with self.client(**settings).write_api(SYNCHRONOUS) as api:
            api.write(self.bucket, record=record, write_precision=precision)

    def assert_refused(self, status, code, message, record, **settings):
        with self.assertRaises(ApiException) as raised:
            self.write(record, **settings)
        error = raised.exception
        self.assertEqual(error.status, status)
        self.assertEqual(error.headers["x-platform-error-code"], code)
        self.assertEqual(json.loads(error.body), {"code": code, "message": message})
        self.assertEqual(error.message, message)

    def stored(self, measurement="m"):
        rows = database.query(f'SELECT * FROM "{measurement}" ORDER BY time', self.bucket)
        return rows.get(measurement, [])

    def kept(self):
        """Returns the rejected lines of each write to the bucket, without the first comment."""
        texts = [path.read_text() for path in sorted(rejected_folder.iterdir())]
        head = f"# bucket {self.bucket}, precision "
        return [text.partition("\n")[2] for text in texts if text.startswith(head)]

    def test_good_points_are_stored(self):
        point = Point("m").tag("room", "a b").field("f", 1.5).field("s", 'say "hi"\n')
        self.write([point.field("b", True).field("i", -5).time(1700000000, WritePrecision.S)])
        self.write("m,room=c  f=2.50 1700000001\r\n# it's \"=\nm,room=c f=3 1700000002\r\n")
        times = [1700000000_000000000, 1700000001_000000000, 1700000002_000000000]
        self.assertEqual(
            self.stored(),
            [
                {"time": times[0], "room": "a b", "f": 1.5, "s": 'say "hi"\n', "b": True, "i": -5},
                {"time": times[1], "room": "c", "f": 2.5},
                {"time": times[2], "room": "c", "f": 3},
            ],
        )
        self.assertEqual(self.kept(), [])

    def test_each_precision_gives_the_same_time(self):
        times = {
            WritePrecision.S: 1700000000,
            WritePrecision.MS: 1700000000_000,
            WritePrecision.US: 1700000000_000000,
            WritePrecision.NS: 1700000000_000000000,
        }
        for precision, at in times.items():
            self.write(f"m,precision={precision} f=1 {at}", precision)
        at = times[WritePrecision.NS]
        stored = sorted(self.stored(), key=lambda row: row["precision"])
        self.assertEqual(
            stored, [{"time": at, "precision": name, "f": 1} for name in sorted(times)]
        )

    def test_malformed_lines_are_rejected_alone(self):
        self.assert_refused(
            400,
            "invalid",
            "partial write error (2 accepted): 1 out of 3 points rejected; first error: at line 2:5: "
            "expected a boolean, a number or a string in double quotes, found 'high': "
            "'m f=high 1700000001'" + CHECK,
            "m f=1 1700000000\nm f=high 1700000001\nm f=3 1700000002\n",
        )
        self.assertEqual([row["f"] for row in self.stored()], [1, 3])
        (kept,) = self.kept()
        self.assertRegex(kept, r"\A# line 2, column 5: unable to parse: .*\nm f=high 1700000001\n\Z")

    def test_nothing_is_stored_if_no_line_is_good(self):
        self.assert_refused(
            400,
            "invalid",
            "1 out of 1 points rejected; first error: at line 1:2: expected a space and at least one "
            "field, found end of line: 'm'" + CHECK,
            "m",
        )
        self.assertEqual(self.stored(), [])

    def test_conflicts_lose_the_field_and_keep_the_line(self):
        self.assert_refused(
            400,
            "invalid",
            "partial write error (3 accepted): 1 out of 4 points rejected" + CHECK,
            "m,t=a f=1,g=1 1700000000\nm,t=b f=2i,g=2 1700000001\n",
        )
        self.assertEqual(
            self.stored(),
            [
                {"time": 1700000000_000000000, "t": "a", "f": 1, "g": 1},
                {"time": 1700000001_000000000, "t": "b", "g": 2},
            ],
        )
        (kept,) = self.kept()
        self.assertRegex(kept, r"\A# line 2, column 9: type conflict .*\nm,t=b f=2i 1700000001\n\Z")

    def test_types_are_learned(self):
        self.write("m f=1 1700000000")
        message = "1 out of 1 points rejected" + CHECK
        self.assert_refused(400, "invalid", message, "m,t=a f=true 1700000001")
        self.assertEqual(self.stored(), [{"time": 1700000000_000000000, "f": 1}])
        self.assertIn("type conflict with existing data", self.kept()[0])

    def test_types_of_others_are_asked_for(self):
        url = f"{database.url}/write?db={self.bucket}&precision=s"
        urllib.request.urlopen(url, b"m f=1 1700000000").close()
        self.assert_refused(
            400,
            "invalid",
            "partial write error (1 accepted): 1 out of 2 points rejected" + CHECK,
            "m f=1i,g=2 1700000001",
        )
        urllib.request.urlopen(url, b'm h="x" 1700000000').close()
        conflict = 'partial write: field type conflict: input field "h" on measurement "m" is type '
        conflict += "float, already exists as type string dropped=1"
        self.assert_refused(400, "invalid", conflict, "m h=1 1700000002")
        self.assertIn("# at least one was refused: partial write: ", self.kept()[1])
        message = "1 out of 1 points rejected" + CHECK
        self.assert_refused(400, "invalid", message, "m h=1 1700000002")

    def test_unsigned_integers_are_rejected(self):
        self.assert_refused(
            400,
            "invalid",
            "partial write error (3 accepted): 1 out of 4 points rejected" + CHECK,
            "m g=1.5,f=1u 1700000000\nm f=2i 1700000001\nm f=3i 1700000002\n",
        )
        self.assertEqual(
            self.stored(),
            [
                {"time": 1700000000_000000000, "g": 1.5},
                {"time": 1700000001_000000000, "f": 2},
                {"time": 1700000002_000000000, "f": 3},
            ],
        )
        (kept,) = self.kept()
        self.assertRegex(kept, r"\A# line 1, column 11: field type not .*\nm f=1u 1700000000\n\Z")

    def test_the_wrong_precision_is_rejected(self):
        self.assert_refused(
            400,
            "invalid",
            "1 out of 1 points rejected; first error: at line 1:7: expected a timestamp in ns, found "
            "1700000000, which fits s: 'm f=1 1700000000'" + CHECK,
            "m f=1 1700000000",
            precision=WritePrecision.NS,
        )
        self.assert_refused(
            400,
            "invalid",
            "invalid precision; valid precision units are ns, us, ms, and s",
            "m f=1 1700000000",
            precision="m",
        )
        self.assertEqual(self.stored(), [])

    def test_an_unknown_bucket_is_not_found(self):
        self.bucket = "nowhere"
        self.assert_refused(404, "not found", 'bucket "nowhere" not found', "m f=1")

    def test_gzip_bodies(self):
        self.write("m f=1 1700000000", enable_gzip=True)
        self.assert_refused(
            400,
            "invalid",
            "partial write error (1 accepted): 1 out of 2 points rejected" + CHECK,
            "m f=2 1700000001\nm f=3i 1700000002",
            enable_gzip=True,
        )
        self.assertEqual([row["f"] for row in self.stored()], [1, 2])

    def test_a_broken_gzip_body_is_invalid(self):
        request = urllib.request.Request(
            f"{gateway_url}/api/v2/write?bucket={self.bucket}&precision=s",
            gzip.compress(b"m f=1 1700000000")[:-4],
            {"Content-Encoding": "gzip"},
        )
        with self.assertRaises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(request)
        with raised.exception as error:
            self.assertEqual((error.status, json.load(error)["code"]), (400, "invalid"))
        self.assertEqual(self.stored(), [])

    def test_a_large_body_is_stored_whole(self):
        lines = [f"m,t={n % 7} f={n},s=\"{'x' * 50}\" {1700000000 + n}" for n in range(30_000)]
        self.write("\n".join(lines), enable_gzip=True)
        counts = database.query("SELECT count(f), max(f) FROM m", self.bucket)["m"]
        self.assertEqual(counts, [{"time": 0, "count": 30_000, "max": 29_999}])

    def test_batches_of_the_client(self):
        errors, written = [], []
        options = WriteOptions(batch_size=10, flush_interval=3_000)
        client = self.client()
        with client.write_api(
            options,
            success_callback=lambda batch, lines: written.append(lines),
            error_callback=lambda batch, lines, error: errors.append(error),
        ) as api:
            for n in range(35):
                value = '"warm"' if n == 17 else n
                line = f"m f={value} {1700000000 + n}"
                api.write(self.bucket, record=line, write_precision=WritePrecision.S)
        self.assertEqual(sorted(lines.count(b"\n") + 1 for lines in written), [5, 10, 10])
        (error,) = errors
        self.assertEqual(
            error.message, "partial write error (9 accepted): 1 out of 10 points rejected" + CHECK
        )
        self.assertEqual([row["f"] for row in self.stored()], [n for n in range(35) if n != 17])

    def test_the_client_tries_again_while_the_database_is_down(self):
        self.write("m f=1 1700000000")
        database.stop()
        refusals = []

        def refused(error):
            refusals.append((error.response.status, error.response.headers["Retry-After"]))
            if len(refusals) == 2:
                database.start()

        try:
            retries = WritesRetry(total=3, allowed_methods=["POST"], retry_callback=refused)
            self.write("m f=2 1700000001\nm f=3i 1700000002", retries=retries)
        except ApiException as error:
            self.assertEqual(error.status, 400)
        else:
            self.fail("the second line is in conflict with the first write")
        self.assertEqual(refusals, [(503, "1"), (503, "1")])
        self.assertEqual([row["f"] for row in self.stored()], [1, 2])
        self.assertEqual(len(self.kept()), 1, "tries that failed keep nothing")

    def test_the_client_raises_if_the_database_stays_down(self):
        self.write("m f=1 1700000000")
        database.stop()
        try:
            with self.assertRaises(ApiException) as raised:
                self.write("m f=2 1700000001")
        finally:
            database.start()
        self.assertEqual(raised.exception.status, 503)
        self.assertEqual(raised.exception.headers["x-platform-error-code"], "unavailable")
        self.assertEqual([row["f"] for row in self.stored()], [1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
