#!/usr/bin/env bash
# Fetches one Elasticsearch (once) and starts it in the foreground on this machine; for development and tests, never for production.
#   ES_PORT=9200  ES_PASSWORD= (with one, security is switched on)  ES_HEAP=1g  ES_HOME= (where it is unpacked and keeps its data)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
port=${ES_PORT:-9200} password=${ES_PASSWORD:-}
java_home=${ES_JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java || echo /missing/bin/java)")")")}
[ -x "$java_home/bin/java" ] || { echo "Java 17 is missing. Install it:  sudo apt-get install openjdk-17-jre-headless" >&2; exit 1; }

unpacked=("$here"/target/elasticsearch/*/elasticsearch)
if [ ! -d "${unpacked[0]}" ]; then
  command -v mvn >/dev/null || { echo "Maven is missing. Install it:  sudo apt-get install maven" >&2; exit 1; }
  echo "Fetching Elasticsearch (about 0.9 GB the first time)…" >&2
  mvn -B -ntp -q -f "$here/pom.xml" package
  unpacked=("$here"/target/elasticsearch/*/elasticsearch)
fi

home=${ES_HOME:-}
if [ -z "$home" ]; then
  home=${unpacked[0]}
  # It refuses to run as root, and the user it runs as can't reach everybody's folders
  [ "$(id -u)" = 0 ] && home=/var/tmp/qms-elasticsearch-$port
fi
if [ "$home" != "${unpacked[0]}" ] && [ ! -d "$home/lib" ]; then
  mkdir -p "$home"
  cp -a "${unpacked[0]}/." "$home/"
fi

mkdir -p "$home"/{plugins,logs,data,tmp,config/jvm.options.d}
cat > "$home/config/elasticsearch.yml" <<Y
cluster.name: qms-tests
path.data: $home/data
path.logs: $home/logs
network.host: 127.0.0.1
http.port: $port
transport.port: $((port > 65000 ? port - 100 : port + 100))
discovery.type: single-node
cluster.routing.allocation.disk.threshold_enabled: ${ES_WATERMARK:-false}
xpack.security.enabled: $([ -n "$password" ] && echo true || echo false)
xpack.security.autoconfiguration.enabled: false
Y
as=()
if [ "$(id -u)" = 0 ]; then
  id es >/dev/null 2>&1 || useradd --system --no-create-home es
  chown -R es: "$home"
  as=(setpriv --reuid=es --regid=es --clear-groups)
fi

export ES_JAVA_HOME=$java_home ES_JAVA_OPTS="-Xms${ES_HEAP:-1g} -Xmx${ES_HEAP:-1g}" ES_TMPDIR="$home/tmp" HOME="$home"
unset JAVA_HOME
cd "$home"
# bin/elasticsearch is not in the archive; this is the line that it would run
java_line() { # NAME SCRIPT LIBRARIES
  line=("${as[@]}" "$java_home/bin/java" -Xms4m -Xmx64m -XX:+UseSerialGC -Dcli.name="$1" -Dcli.script="$home/bin/$2" -Dcli.libs="lib/tools/$3"
        -Des.path.home="$home" -Des.path.conf="$home/config" -Des.distribution.type=tar
        -cp "$home/lib/*:$home/lib/cli-launcher/*" org.elasticsearch.launcher.CliToolLauncher)
}
if [ -n "$password" ] && ! sha256sum --status -c config/password.sum 2>/dev/null <<<"$password"; then
  rm -f config/elasticsearch.keystore
  java_line "" elasticsearch-keystore keystore-cli
  "${line[@]}" create
  printf %s "$password" | "${line[@]}" add -x bootstrap.password
  sha256sum <<<"$password" > config/password.sum
fi
java_line server elasticsearch server-cli
echo "Elasticsearch: http://127.0.0.1:$port" >&2
exec "${line[@]}"
