package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDoctorKnowsEveryState shows what the owner reads when something stands in
// the way, and what is not said then.
func TestDoctorKnowsEveryState(t *testing.T) {
	write := func(t *testing.T, path string, content []byte) {
		t.Helper()
		must(t, os.WriteFile(path, content, 0o600))
	}
	for _, tt := range []struct {
		name  string
		spoil func(t *testing.T, dir, db string)
		want  string
		not   string
	}{
		{"refused", func(t *testing.T, dir, _ string) {
			write(t, filepath.Join(dir, "wechat.session.refused"), []byte(`{}`))
		}, "✗ 微信拒绝了网页登录。不要反复重试", "用手机扫码"},
		{"a newer version's", func(t *testing.T, _, db string) {
			file, err := sql.Open("sqlite3", "file:"+db)
			must(t, err)
			defer file.Close()
			_, err = file.Exec(`PRAGMA user_version = 99`)
			must(t, err)
		}, "✗ 数据库是更新版本的 menshen 写的", "恢复备份"},
		{"not ours", func(t *testing.T, _, db string) {
			must(t, os.Remove(db))
			file, err := sql.Open("sqlite3", "file:"+db)
			must(t, err)
			defer file.Close()
			_, err = file.Exec(`CREATE TABLE t (a)`)
			must(t, err)
			must(t, os.Chmod(db, 0o600))
		}, "✗ 这个文件不是 menshen 的数据库", "恢复备份"},
		{"damaged", func(t *testing.T, _, db string) {
			raw, err := os.ReadFile(db)
			must(t, err)
			clear(raw[2048:6144])
			write(t, db, raw)
		}, "✗ 数据库坏了。不要删除它", "✓ 数据库完好"},
		{"readable by others", func(t *testing.T, _, db string) {
			must(t, os.Chmod(db, 0o644))
		}, "✗ 数据库别人也能读：运行 chmod 600", "打不开"},
		{"edited by hand", func(t *testing.T, _, db string) {
			file, err := sql.Open("sqlite3", "file:"+db)
			must(t, err)
			defer file.Close()
			_, err = file.Exec(`UPDATE cases SET strike = 7`)
			must(t, err)
		}, "✗ 有 1 处账目或案件被改动过", "✓ 数据库完好"},
		{"read-only", func(t *testing.T, _, db string) {
			if os.Geteuid() == 0 {
				t.Skip("root may write everything")
			}
			must(t, os.Chmod(db, 0o400))
		}, "✗ 数据库不能写", "打不开"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := kept(t)
			tt.spoil(t, dir, filepath.Join(dir, "menshen.db"))
			code, out, stderr := menshen(t, dir, "doctor")
			if code != 1 || !strings.Contains(out, tt.want) || strings.Contains(out, tt.not) {
				t.Errorf("exit %d, want %q and not %q:\n%s%s", code, tt.want, tt.not, out, stderr)
			}
		})
	}
}
