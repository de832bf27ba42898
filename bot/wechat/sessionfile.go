package wechat

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/eatmoreapple/openwechat"
)

// maxSessionFile bounds the session file; a real one is about 4 KiB.
const maxSessionFile = 1 << 20

// credentials are a login: what the session file holds.
type credentials struct {
	Host       string // of the account's server, such as wx2.qq.com
	Uin        int64
	Sid        string
	SKey       string
	PassTicket string
	DeviceID   string
	Normal     bool
	LoggedIn   time.Time // server time of the confirmed scan
	Cookies    []savedCookie
}

// sessionID names the login without giving it away.
func (c credentials) sessionID() string {
	sum := sha256.Sum256([]byte("menshen wechat session\x00" + c.Sid))
	return hex.EncodeToString(sum[:16])
}

func (c credentials) account() string { return strconv.FormatInt(c.Uin, 10) }

func (c credentials) request() *openwechat.BaseRequest {
	return &openwechat.BaseRequest{Uin: c.Uin, Sid: c.Sid, Skey: c.SKey, DeviceID: c.DeviceID}
}

func (c credentials) info() *openwechat.LoginInfo {
	return &openwechat.LoginInfo{WxUin: c.Uin, SKey: c.SKey, WxSid: c.Sid, PassTicket: c.PassTicket}
}

// loadCredentials returns fs.ErrNotExist when there is no session file.
func loadCredentials(path string) (credentials, error) {
	var c credentials
	if err := readPrivate(path, &c); err != nil {
		return credentials{}, err
	}
	if c.Sid == "" || c.Uin == 0 || !wechatHost(c.Host) {
		return credentials{}, fmt.Errorf("session file %s does not hold a login; remove it", path)
	}
	return c, nil
}

// readPrivate decodes a JSON file that only its owner can read.
func readPrivate(path string, into any) error {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("look at %s: %w", path, err)
	}
	if err := checkPrivate(info); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxSessionFile))
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		// The decoder's error may quote the file.
		return fmt.Errorf("%s is damaged; remove it", path)
	}
	return nil
}

func checkPrivate(info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !info.Mode().IsRegular():
		return errors.New("is not a regular file")
	case info.Mode().Perm()&0o077 != 0:
		return errors.New("others may read it; make it private with chmod 600")
	case ok && int(stat.Uid) != os.Geteuid():
		return errors.New("belongs to another user")
	}
	return nil
}

// writePrivate replaces a file in one step; a crash leaves the old or the new
// one, never a part.
func writePrivate(path string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", path, err)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make %s: %w", dir, err)
	}
	temp := path + ".new"
	os.Remove(temp) // what a crash left
	if err := writeNew(temp, b); err != nil {
		os.Remove(temp)
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		os.Remove(temp)
		return fmt.Errorf("replace %s: %w", path, err)
	}
	return syncDir(dir)
}

func writeNew(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return fmt.Errorf("create %s: %w", path, err)
	}
	defer f.Close()
	if _, err := f.Write(b); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("flush %s: %w", path, err)
	}
	return f.Close()
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open %s: %w", dir, err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("flush %s: %w", dir, err)
	}
	return nil
}

// newDeviceID returns an id of the form the browser page uses.
func newDeviceID() string {
	b := make([]byte, 15)
	rand.Read(b) // never fails
	for i := range b {
		b[i] = '0' + b[i]%10
	}
	return "e" + string(b)
}
