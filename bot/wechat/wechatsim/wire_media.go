package wechatsim

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"
)

// greySquare is every picture of this world.
func greySquare() []byte {
	square := image.NewGray(image.Rect(0, 0, 32, 32))
	for i := range square.Pix {
		square.Pix[i] = color.Gray{Y: 0xb0}.Y
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, square, nil) // into memory: cannot fail
	return b.Bytes()
}

// serveMessagePicture answers for the picture of a message.
func (s *Server) serveMessagePicture(c *call) {
	file, err := s.drawn(c.r.URL.Query().Get("MsgID"))
	switch {
	case err != nil:
		c.w.WriteHeader(http.StatusInternalServerError)
	case file == nil:
		s.servePicture(c)
	case s.mayLoad(c):
		c.bytes(http.DetectContentType(file), file)
	}
}

// drawn returns the picture of the message with an id if it shows a code.
func (s *Server) drawn(id string) ([]byte, error) {
	s.mu.Lock()
	m := s.world.byID[id]
	s.mu.Unlock()
	if s.options.Picture == nil || m == nil || m.extra == nil || m.extra.shows == "" {
		return nil, nil
	}
	return s.options.Picture(m.extra.shows)
}

// servePicture answers for pictures of people and whatever has no other.
func (s *Server) servePicture(c *call) {
	if s.mayLoad(c) {
		c.bytes("image/jpeg", s.picture)
	}
}

// serveSound answers for voices, videos and files, in parts if asked.
func (s *Server) serveSound(c *call) {
	if s.mayLoad(c) {
		silence := append([]byte("ID3\x03\x00\x00\x00\x00\x00\x00"), make([]byte, 2038)...)
		c.w.Header().Set("Content-Type", "application/octet-stream")
		http.ServeContent(c.w, c.r, "", time.Time{}, bytes.NewReader(silence))
	}
}

// mayLoad checks the cookies; without them the service answers nothing.
func (s *Server) mayLoad(c *call) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ret := s.asked(c)
	return ret == retOK
}

type uploadAnswer struct {
	BaseResponse                                  baseResponse
	MediaId                                       string
	StartPos, CDNThumbImgHeight, CDNThumbImgWidth int
	EncryFileName                                 string
}

// serveUpload takes a file or one chunk of it. The last chunk gives the id.
func (s *Server) serveUpload(c *call) {
	form, err := c.form()
	if err != nil {
		c.json(uploadAnswer{BaseResponse: baseResponse{Ret: retParam}})
		return
	}
	defer func() { _ = form.RemoveAll() }()
	field := func(name string) string { return strings.Join(form.Value[name], "") }
	s.mu.Lock()
	defer s.mu.Unlock()
	c.body = []byte(field("uploadmediarequest"))
	now, ret := s.posted(c, nil)
	if ret == retOK && (field("webwx_data_ticket") != now.dataTicket || len(form.File["filename"]) == 0) {
		ret = retParam
	}
	if ret != retOK {
		c.json(uploadAnswer{BaseResponse: baseResponse{Ret: ret}})
		return
	}
	answer := uploadAnswer{StartPos: len(c.body), CDNThumbImgHeight: 100, CDNThumbImgWidth: 100, EncryFileName: field("name")}
	if chunks, chunk := number64(field("chunks")), number64(field("chunk")); chunks == 0 || chunk == chunks-1 {
		answer.MediaId = "@crypt_" + randomHex(4) + "_" + randomHex(64)
		now.media[answer.MediaId] = true
	}
	c.json(answer)
}

// number64 reads a decimal number, 0 when it is none.
func number64(text string) int64 {
	var n int64
	_ = json.Unmarshal([]byte(text), &n)
	return n
}

// form reads a multipart body.
func (c *call) form() (*multipart.Form, error) {
	_, parameters, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil {
		return nil, err
	}
	return multipart.NewReader(bytes.NewReader(c.body), parameters["boundary"]).ReadForm(maxBody)
}

// serveCheckUpload lets big files through without knowing them.
func (s *Server) serveCheckUpload(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ret := s.posted(c, nil)
	c.json(struct {
		BaseResponse                              baseResponse
		MediaId, AESKey, Signature, EncryFileName string
	}{BaseResponse: baseResponse{Ret: ret}, AESKey: "6d656e7368656e", Signature: "d4a7"})
}
