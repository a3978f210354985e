# SPDX-License-Identifier: Apache-2.0
"""Programs that others wrote, as children of a test: kamailio, rtpengine, sipp."""
import os
import shutil
import subprocess
import time

import office as o

MODULES = ["tm", "tmx", "sl", "rr", "maxfwd", "usrloc", "registrar", "auth", "pv", "textops",
           "siputils", "rtpengine"]

# Registrar with digest, record-routing proxy, and with `gateway` an SDP and media gateway.
KAMAILIO = """#!KAMAILIO
debug=1
log_stderror=yes
children=2
tcp_children=1
auto_aliases=no
dns=no
rev_dns=no
use_dns_cache=off
listen=udp:{host}:{port}
listen=tcp:{host}:{port}
mpath="/usr/lib/{arch}/kamailio/modules/"
{modules}
modparam("usrloc", "db_mode", 0)
modparam("rtpengine", "rtpengine_sock", "udp:{ng}")
modparam("rtpengine", "rtpengine_disable_tout", 1)
request_route {{
	if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
	if (is_method("OPTIONS") && uri == myself) {{ sl_send_reply("200", "OK"); exit; }}
	if (has_totag()) {{
		if (loose_route()) {{
			if (is_method("BYE")) {{ {bye} }}
			t_on_reply("MEDIA");
			t_relay();
			exit;
		}}
		if (is_method("ACK") && t_check_trans()) {{ t_relay(); }}
		exit;
	}}
	if (is_method("CANCEL")) {{ if (t_check_trans()) {{ t_relay(); }} exit; }}
	if (t_lookup_request()) {{ exit; }}
	if (is_method("REGISTER")) {{
		if (!pv_www_authenticate("{host}", "secret", "0")) {{
			www_challenge("{host}", "1"); exit;
		}}
		save("location");
		exit;
	}}
	if (!pv_proxy_authenticate("{host}", "secret", "0")) {{
		proxy_challenge("{host}", "1"); exit;
	}}
	consume_credentials();
	record_route();
	if (!lookup("location")) {{ sl_send_reply("404", "Not Found"); exit; }}
	{offer}
	t_on_reply("MEDIA");
	t_relay();
}}
onreply_route[MEDIA] {{
	{answer}
}}
"""


class Child:
    """A program that ends with the block; its output is in a file."""

    def __init__(self, name, *command, cwd=None):
        self.name = name
        self.folder = cwd
        self.log = open(os.path.join(cwd, name + ".log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, cwd=cwd,
                                        stdin=subprocess.DEVNULL)

    def output(self):
        with open(self.log.name, encoding="utf-8", errors="replace") as f:
            return f.read()

    def wait(self, seconds):
        return self.process.wait(seconds)

    def __enter__(self):
        time.sleep(0.2)
        assert self.process.poll() is None, f"{self.name} ended:\n{self.output()}"
        return self

    def __exit__(self, kind, *_):
        if kind:
            print(f"--- {self.name}\n{self.output()[-4000:]}")
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


def arch():
    return subprocess.run(["dpkg-architecture", "-qDEB_HOST_MULTIARCH"], stdout=subprocess.PIPE,
                          text=True, check=False).stdout.strip() or "x86_64-linux-gnu"


def kamailio(folder, at, ng=None):
    """@param ng  address:port of rtpengine: offers with T.38 leave as audio"""
    run = os.path.join(folder, "kamailio")
    os.makedirs(run, exist_ok=True)
    conf = os.path.join(folder, "kamailio.cfg")
    nothing = "setflag(1);"  # an empty block is an error there
    text = KAMAILIO.format(
        host=at[0], port=at[1], arch=arch(), ng=ng,
        modules="\n".join(f'loadmodule "{m}.so"' for m in MODULES if ng or m != "rtpengine"),
        offer='rtpengine_offer("replace-origin T.38=decode transcode-PCMA");' if ng else nothing,
        answer='if (has_body("application/sdp")) { rtpengine_answer("replace-origin"); }'
        if ng else nothing, bye="rtpengine_delete();" if ng else nothing)
    if not ng:
        text = "\n".join(line for line in text.splitlines() if 'modparam("rtpengine"' not in line)
    with open(conf, "w", encoding="utf-8") as f:
        f.write(text)
    return Child("kamailio", shutil.which("kamailio") or "/usr/sbin/kamailio", "-f", conf, "-P",
                 os.path.join(run, "pid"), "-Y", run, "-DD", "-E", "-m", "32", "-M", "4",
                 cwd=folder)


def rtpengine(folder, address):
    """-> (child, address:port of its control). Media from the same address."""
    control = f"{address}:{o.free_port(address)}"
    return Child("rtpengine", "rtpengine", f"--interface={address}", f"--listen-ng={control}",
                 "--table=-1", "--foreground", "--log-stderr", "--config-file=none",
                 "--port-min=42000", "--port-max=42999", "--num-threads=2", "--log-level=6",
                 "--pidfile=" + os.path.join(folder, "rtpengine.pid"), cwd=folder), control


def sipp(folder, name, scenario, far, at, *options):
    """One scenario; far is None for a called side."""
    path = os.path.join(folder, name + ".xml")
    with open(path, "w", encoding="utf-8") as f:
        f.write(scenario)
    target = [f"{far[0]}:{far[1]}"] if far else []
    return Child(name, "sipp", *target, "-sf", path, "-i", at[0], "-p", str(at[1]), "-mi", at[0],
                 "-nostdin", "-trace_err", "-error_file", os.path.join(folder, name + ".err"),
                 "-timeout", "120s", "-timeout_error", *options, cwd=folder)
