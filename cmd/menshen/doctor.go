package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"menshen/bot/text"
	"menshen/data"
)

type doctorCmd struct {
	configFlags
}

// Run tells a group owner how everything is and what to do, in Chinese. The
// exit code is 1 when something needs doing.
func (c doctorCmd) Run(ctx context.Context, std streams) error {
	s, err := c.load(os.Getenv)
	if err != nil {
		return err
	}
	d := &doctor{now: time.Now()}
	d.files(s)
	db, err := data.Look(s.inDataDir(s.Database, "menshen.db"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.todo("还没有数据库：运行 menshen run，扫码登录一次。")
	case err != nil:
		d.unopened(err)
	default:
		d.look(ctx, db)
		err = db.Close()
	}
	d.backups(s.backups())
	fmt.Fprint(std.Out, d.report())
	if errors.Is(err, fs.ErrNotExist) || d.needs > 0 {
		return exitError{code: 1}
	}
	return err
}

// doctor collects findings; those with something to do come first.
type doctor struct {
	now   time.Time
	lines []string
	needs int
}

func (d *doctor) fine(format string, args ...any) {
	d.lines = append(d.lines, "✓ "+fmt.Sprintf(format, args...))
}

func (d *doctor) todo(format string, args ...any) {
	d.lines = slices.Insert(d.lines, d.needs, "✗ "+fmt.Sprintf(format, args...))
	d.needs++
}

func (d *doctor) report() string { return strings.Join(d.lines, "\n") + "\n" }

// files looks at who may read what has to stay secret.
func (d *doctor) files(s settings) {
	session := s.inDataDir(s.Session, "wechat.session")
	info, err := os.Stat(session)
	_, refused := os.Stat(session + ".refused")
	switch {
	case refused == nil:
		d.todo("微信拒绝了网页登录。不要反复重试，重试会加重限制：过几天再看，或换一个微信号；确定要再试时运行 menshen login --again。")
	case err != nil:
		d.todo("还没有登录微信：运行 menshen run，用手机扫码。")
	case info.Mode().Perm()&0o077 != 0:
		d.todo("登录文件别人也能读，等于交出账号：运行 chmod 600 %s", session)
	default:
		d.fine("微信登录文件只有你能读")
	}
	d.place(s.inDataDir(s.Database, "menshen.db"))
}

// place looks whether the database is private, and whether it can grow.
func (d *doctor) place(database string) {
	info, err := os.Stat(database)
	if err != nil {
		return // there is none yet
	}
	if info.Mode().Perm()&0o077 != 0 {
		d.todo("数据库别人也能读：运行 chmod 600 %s", database)
	}
	dir := filepath.Dir(database)
	if !writable(database) || !writable(dir) {
		d.todo("数据库不能写，什么都记不下来：让运行 menshen 的用户可以写 %s 和里面的文件。", dir)
	}
	if left, err := space(dir); err == nil && left < leastSpace {
		d.todo("磁盘快满了，只剩 %d MB：腾出一些空间，不然记不下警告和积分。", left>>20)
	}
}

// leastSpace is how much room in bytes a database and its journal should have.
const leastSpace = 200 << 20

// writable reports whether the user may write a file or directory.
func writable(path string) bool {
	const write = 2
	return syscall.Access(path, write) == nil
}

// space is how much of a disk is free for the user, in bytes.
func space(dir string) (uint64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("look how full the disk is: %w", err)
	}
	return st.Bavail * uint64(st.Bsize), nil
}

// unopened says what to do about a database that cannot be opened.
func (d *doctor) unopened(err error) {
	switch {
	case errors.Is(err, data.ErrNewerSchema):
		d.todo("数据库是更新版本的 menshen 写的：换回那个新版本，或安装更新的版本。数据库没有坏，不要动它。")
	case errors.Is(err, data.ErrNotOurs):
		d.todo("这个文件不是 menshen 的数据库：检查设置里的 database，或把这个文件移走。")
	case errors.Is(err, data.ErrUnsafeFile):
		d.todo("数据库文件不安全（%v）：它应该只属于运行 menshen 的用户，权限 600。", err)
	case errors.Is(err, data.ErrCorrupt):
		d.todo("数据库坏了。不要删除它：先停下 menshen，把它改名保存，再用 menshen restore 恢复备份。（%v）", err)
	default:
		d.todo("数据库打不开（%v）：看看磁盘和权限；还不行就先停下 menshen，把它改名保存，再用 menshen restore 恢复备份。", err)
	}
}

// look examines the database and the rooms in it.
func (d *doctor) look(ctx context.Context, db *data.DB) {
	found, err := prove(ctx, db)
	switch {
	case err != nil:
		d.todo("数据库检查没有通过（%v）：停下 menshen，用 menshen restore 恢复备份。", err)
		return
	case len(found) > 0:
		d.todo("有 %d 处账目或案件被改动过：运行 menshen verify 看是哪里，再用备份恢复。", len(found))
	default:
		d.fine("数据库完好，积分账目两边相等，案件没有被改动")
	}
	v, err := db.Vitals(ctx)
	if err != nil {
		d.todo("数据库读不出来（%v）", err)
		return
	}
	d.fine("数据库大小 %.1f MB", float64(v.Size)/(1<<20))
	if v.Journal > data.LongJournal {
		d.todo("数据库的日志有 %.0f MB，有程序一直占着旧数据不放：关掉别的读数据库的程序，或重启 menshen。", float64(v.Journal)/(1<<20))
	}
	if v.Unknown > 0 {
		d.todo("最近一天有 %d 条话不知道有没有发出去（断线造成），不会重发：请到群里看一眼。", v.Unknown)
	}
	if v.Recalls > 0 {
		d.todo("最近一天有 %d 条说错的话不知道有没有撤回（断线造成）：请到群里看一眼。", v.Recalls)
	}
	if v.Pending > 0 {
		d.fine("有 %d 条话排队等着发", v.Pending)
	}
	for _, r := range v.Rooms {
		d.room(r)
	}
	if len(v.Rooms) == 0 {
		d.todo("还没有看到任何群：把机器人的微信号拉进群，把群保存到通讯录，在群里说一句话。")
	}
}

func (d *doctor) room(r data.RoomVitals) {
	if r.Retired > 0 {
		d.todo("群「%s」：%d 条规则误判太多，只记录不处理，私聊机器人发「词库」看是哪条。", r.Name, r.Retired)
	}
	d.networkOwner(r)
	switch {
	case !r.Present:
		d.fine("群「%s」：机器人已不在群里", r.Name)
	case r.Owners == 0:
		d.todo("群「%s」还没有认主：在群里发「认主」加终端上显示的 8 位数字。", r.Name)
	case !r.On:
		d.fine("群「%s」：已停用，群主发「启用」就开始", r.Name)
	case r.Waiting > 0:
		d.todo("群「%s」：%d 人，有 %d 件事等你处理，私聊机器人发「待办」。", r.Name, r.Members, r.Waiting)
	default:
		d.fine("群「%s」：%d 人，最近一条消息 %s", r.Name, r.Members, ago(d.now, r.LastMessage))
	}
}

// networkOwner names who can remove members on the phone, as far as WeChat
// said.
func (d *doctor) networkOwner(r data.RoomVitals) {
	switch {
	case !r.Present || r.NetworkOwner == "" || r.Owners == 0:
	case r.NetworkOwnerBound:
		d.fine("群「%s」：微信群主是「%s」，门神听 TA 的", r.Name, text.Name(r.NetworkOwner))
	default:
		d.fine("群「%s」：微信群主是「%s」，不是门神的主人；要移出成员请找 TA 或群管理员", r.Name, text.Name(r.NetworkOwner))
	}
}

// backups looks for a copy that is not too old.
func (d *doctor) backups(dir string) {
	const fresh = 26 * time.Hour
	copies, err := filepath.Glob(filepath.Join(dir, "menshen-*.db"))
	if err != nil || len(copies) == 0 {
		d.todo("没有备份：运行 menshen backup；menshen run 开着时会自己备份。")
		return
	}
	newest := slices.Max(copies)
	info, err := os.Stat(newest)
	if err != nil || d.now.Sub(info.ModTime()) > fresh {
		d.todo("最近一份备份太旧了：运行 menshen backup。")
		return
	}
	d.fine("共 %d 份备份，最近一份 %s", len(copies), ago(d.now, info.ModTime()))
}

// ago says how long something is past, as people say it.
func ago(now, t time.Time) string {
	switch past := now.Sub(t); {
	case t.IsZero() || t.UnixMilli() == 0:
		return "还没有"
	case past < time.Minute:
		return "刚刚"
	case past < time.Hour:
		return fmt.Sprintf("%d 分钟前", past/time.Minute)
	case past < 48*time.Hour:
		return fmt.Sprintf("%d 小时前", past/time.Hour)
	default:
		return fmt.Sprintf("%d 天前", past/(24*time.Hour))
	}
}
