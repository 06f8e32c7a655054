import WorkFolder

// The rules of `WorkFolder` for the shell of a host, which has no worker to ask yet. The worker
// looks again by itself: what a shell looks at by a path may change under it.

extension RemoteScript {
  /// Functions for the work folder:
  ///
  /// - `look PATH` sets `mode` and `owner`, links not followed; `who PATH` makes `whose` the
  ///   owner's name and number.
  /// - `private PATH NAME` ends unless the folder is the user's and only he may write to it.
  /// - `ours PATH`: it is marked, or what an older Quanta made.
  /// - `locate` ends, or makes `folder` the work folder: itself, or `quanta` inside where it is
  ///   not Quanta's. It makes nothing.
  /// - `enter` goes there and makes it, with its mark, where it is missing.
  /// - `part NAME` makes one of its folders where it is missing.
  static let folders = #"""
    look() {
      set -f; set -- $(LC_ALL=C ls -ldn "$1" 2>/dev/null); set +f;
      mode=${1%[.+@]}; owner=$3;
    };
    who() {
      set -f; set -- $(LC_ALL=C ls -ld "$1" 2>/dev/null); set +f;
      whose="$3 (uid $owner)";
    };
    alone() { case $mode in ?????w*|????????w*) return 1;; esac; };
    private() {
      look "$1";
      case $mode in
        d*) :;;
        l*) fail workFolder "\#(FolderTrouble.link("$2"))";;
        *) fail workFolder "\#(FolderTrouble.notFolder("$2"))";;
      esac;
      [ "$owner" = "$me" ] ||
        { who "$1"; fail workFolder "\#(FolderTrouble.belongs("$2", to: "$whose"))"; };
      alone || fail workFolder "\#(FolderTrouble.writable("$2", mode: "$mode"))";
    };
    links() {
      way=; rest=$folder/;
      while [ -n "$rest" ]; do
        way=$way${rest%%/*}; rest=${rest#*/};
        if [ -h "$way" ]; then
          look "$way";
          [ "$owner" = "$me" ] || [ "$owner" = 0 ] ||
            { who "$way"; fail workFolder "\#(FolderTrouble.foreignLink("$way", of: "$whose"))"; };
          [ -e "$way" ] || fail workFolder "\#(FolderTrouble.dangling("$way"))";
        fi;
        way=$way/;
      done;
    };
    older() {
      proven=;
      [ -d "$1/sessions" ] && proven=1;
      for f in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        [ -e "$f" ] || [ -h "$f" ] || continue;
        case ${f##*/} in
          bin|data|sessions) :;;
          .quanta-probe-*) continue;;
          *) return 1;;
        esac;
        [ -d "$f" ] && [ ! -h "$f" ] || return 1;
      done;
      for f in "$1"/bin/* "$1"/bin/.[!.]*; do
        [ -e "$f" ] || [ -h "$f" ] || continue;
        f=${f##*/}; proven=1;
        case $f in quanta-worker-*) f=${f#quanta-worker-};; *) return 1;; esac;
        case $f in *[!0-9a-z.]*) return 1;; esac;
        [ ${#f} -ge 64 ] || return 1;
      done;
      for f in "$1"/sessions/* "$1"/sessions/.[!.]*; do
        [ -e "$f" ] || [ -h "$f" ] || continue;
        case ${f##*/} in *[!0-9a-z]*) return 1;; esac;
        [ -d "$f" ] && [ ! -h "$f" ] || return 1;
      done;
      [ -n "$proven" ];
    };
    marked() { [ -f "$1/\#(WorkFolder.marker)" ] && [ ! -h "$1/\#(WorkFolder.marker)" ]; };
    ours() { marked "$1" || older "$1"; };
    void() { [ -z "$(ls -A "$1" 2>/dev/null)" ]; };
    inside() {
      isinside=1;
      folder=${folder%/}/\#(WorkFolder.innerName);
      [ -e "$folder" ] || [ -h "$folder" ] || return 0;
      private "$folder" "$folder";
      ours "$folder" || void "$folder" ||
        fail workFolder "\#(FolderTrouble.unmarked("$folder"))";
    };
    locate() {
      isinside=; links;
      [ -e "$folder" ] || [ -h "$folder" ] || return 0;
      [ -d "$folder" ] || fail workFolder "\#(FolderTrouble.notFolder("$folder"))";
      look "$folder/.";
      case $owner:$mode in 0:?????????[tT]*) inside; return;; esac;
      [ "$owner" = "$me" ] || [ "$owner" = 0 ] ||
        { who "$folder/."; fail workFolder "\#(FolderTrouble.belongs("$folder", to: "$whose"))"; };
      alone || fail workFolder "\#(FolderTrouble.writable("$folder", mode: "$mode"))";
      [ "$owner" = "$me" ] || { inside; return; };
      case $mode in drwx------*) ! void "$folder" || sleep 1;; esac;
      ours "$folder" || inside;
    };
    mark() { ( set -C; printf '%s\n' "$nonce" > \#(WorkFolder.marker) ) 2>&1; };
    enter() {
      made=;
      if [ ! -d "$folder" ]; then
        out=$(LC_ALL=C mkdir -p "${folder%/*}/" 2>&1) || trouble "$(cause "$out")";
        if out=$(LC_ALL=C mkdir "$folder" 2>&1); then made=1;
        elif [ -d "$folder" ]; then locate; enter; return;
        else trouble "$(cause "$out")"; fi;
      fi;
      out=$(LC_ALL=C cd -P "$folder" 2>&1) && cd -P "$folder" || trouble "$folder: ${out##*: }";
      private . "$folder";
      if [ -n "$made" ]; then
        out=$(mark) || marked . || { cd / && rmdir "$folder"; trouble "$out"; };
      else
        marked . || out=$(mark) || :;
      fi;
      for p in \#(WorkFolder.partNames.joined(separator: " ")); do
        if [ -e "$p" ] || [ -h "$p" ]; then private "$p" "$folder/$p"; fi;
      done;
    };
    part() {
      [ -d "$1" ] || out=$(LC_ALL=C mkdir "$1" 2>&1) || [ -d "$1" ] ||
        trouble "$folder/$1: ${out##*: }";
      private "$1" "$folder/$1";
    };
    """#

  /// Functions for files that are shipped:
  ///
  /// - `hold FILE HASH` opens a regular file of the user's as descriptor 3; true when its content
  ///   has the hash.
  /// - `receive FILE SIZE HASH NUMBER` has a file shipped and holds it. Limits of file sizes count in
  ///   blocks of 512 bytes.
  /// - `ready` makes descriptor 3 the program `exe`: what was hashed is what is started, whatever
  ///   its path has come to mean.
  static let files = #"""
    sum() { s=$(sha256sum 2>/dev/null) || return 1; printf '%s' "${s%% *}"; };
    hold() {
      [ -f "$1" ] && [ ! -h "$1" ] && [ -r "$1" ] || return 1;
      look "$1";
      [ "$owner" = "$me" ] && alone || return 1;
      exec 3< "$1";
      [ "$(sum <&3)" = "$2" ];
    };
    receive() {
      command -v sha256sum >/dev/null 2>&1 || fail worker "sha256sum is not installed";
      blocks=$(ulimit -f);
      case $blocks in
        *[!0-9]*) :;;
        *) [ "$((blocks * 512))" -ge "$2" ] ||
          fail worker "ulimit -f limits files to $((blocks / 2)) KiB there, and one of $(($2 / 1024 + 1)) KiB is to be brought";;
      esac;
      out=$({ : > "$1"; } 2>&1) || trouble "$out";
      say "SEND $4";
      out=$({ head -c "$2" > "$1"; } 2>&1) || trouble "$out";
      [ "$(wc -c < "$1" | tr -d ' ')" = "$2" ] || fail lost "it arrived short";
      hold "$1" "$3" || fail worker "it arrived damaged";
    };
    ready() {
      exec 4<&3 3<&-;
      exe=/proc/self/fd/4; [ -e "$exe" ] || exe=/dev/fd/4;
      [ -e "$exe" ] || fail worker "there is no /proc, which the worker needs";
      [ -x "$exe" ] || fail workFolder "\#(FolderTrouble.noexec("$1"))";
    };
    """#
}
