package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"
	"testing"

	"rsc.io/qr"
)

const (
	group  = "https://weixin.qq.com/g/AwYAAJ3kQ1x2"
	friend = "https://u.wechat.com/EAbCdEfGhIj"
)

// code draws a QR code with scale pixels a module and a quiet zone.
func code(t testing.TB, text string, scale int) *image.Gray {
	t.Helper()
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	side := (c.Size + 8) * scale
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			if !c.Black(x/scale-4, y/scale-4) {
				img.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	return img
}

// poster is a coloured, noisy picture with codes pasted at their places.
func poster(width, height int, codes map[image.Point]image.Image) *image.RGBA {
	random := rand.New(rand.NewPCG(1, 2))
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = byte(random.IntN(256))
	}
	for at, c := range codes {
		draw.Draw(img, c.Bounds().Add(at), c, image.Point{}, draw.Src)
	}
	return img
}

func asJPEG(t testing.TB, img image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func negative(img *image.Gray) *image.Gray {
	out := image.NewGray(img.Rect)
	for i, y := range img.Pix {
		out.Pix[i] = 255 - y
	}
	return out
}

// glass makes the light modules of a code transparent.
func glass(img *image.Gray) *image.NRGBA {
	out := image.NewNRGBA(img.Rect)
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			out.SetNRGBA(x, y, color.NRGBA{A: 255 - img.GrayAt(x, y).Y})
		}
	}
	return out
}

func TestCodes(t *testing.T) {
	small, big := code(t, group, 3), code(t, friend, 12)
	for name, row := range map[string]struct {
		file []byte
		want []string
	}{
		"png":                    {asPNG(t, small), []string{group}},
		"gif":                    {asGIF(t, small), []string{group}},
		"jpeg of poor quality":   {asJPEG(t, small, 40), []string{group}},
		"large and shrunk":       {asPNG(t, code(t, group, 40)), []string{group}},
		"on a poster":            {asJPEG(t, poster(1080, 1920, map[image.Point]image.Image{{700, 1500}: code(t, group, 6)}), 75), []string{group}},
		"two on a poster":        {asJPEG(t, poster(1080, 900, map[image.Point]image.Image{{40, 60}: code(t, group, 8), {560, 300}: big}), 80), []string{group, friend}},
		"light on dark":          {asPNG(t, negative(big)), []string{friend}},
		"on glass":               {asPNG(t, glass(big)), []string{friend}},
		"Han in it":              {asPNG(t, code(t, "加群领红包 evil.cn", 6)), []string{"加群领红包 evil.cn"}},
		"no code":                {asJPEG(t, poster(400, 400, nil), 80), nil},
		"thousands of corners":   {asPNG(t, finders(1280, 1280)), nil},
		"a square of corners":    {asPNG(t, finders(40, 40)), nil},
		"too small for one":      {asPNG(t, image.NewGray(image.Rect(0, 0, 20, 20))), nil},
		"a line after shrinking": {asPNG(t, image.NewGray(image.Rect(0, 0, 4000, 30))), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Codes(t.Context(), row.file)
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(got)
			want := slices.Sorted(slices.Values(row.want))
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// bomb is the head of a PNG file that says it is as big as given.
func bomb(width, height uint32) []byte {
	head := []byte("IHDR")
	head = binary.BigEndian.AppendUint32(head, width)
	head = binary.BigEndian.AppendUint32(head, height)
	head = append(head, 8, 6, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

// finders is a picture full of the squares that stand in the corners of codes.
func finders(width, height int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			away := max(abs(x%10-4), abs(y%10-4))
			if away == 2 || away > 3 {
				img.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	return img
}

func abs(n int) int { return max(n, -n) }

func TestCodesRefuses(t *testing.T) {
	good := asPNG(t, code(t, group, 3))
	ended, end := context.WithCancel(t.Context())
	end()
	for name, row := range map[string]struct {
		ctx  context.Context
		file []byte
		want error
	}{
		"a bomb":           {t.Context(), bomb(60000, 60000), ErrTooBig},
		"a wide bomb":      {t.Context(), bomb(1<<20, 1<<20), ErrTooBig},
		"one pixel over":   {t.Context(), bomb(maxPixels+1, 1), ErrTooBig},
		"a long file":      {t.Context(), make([]byte, MaxBytes+1), ErrTooBig},
		"nothing":          {t.Context(), nil, ErrNoFormat},
		"a page":           {t.Context(), []byte("<html>"), ErrNoFormat},
		"after the end":    {ended, good, context.Canceled},
		"without its rest": {t.Context(), good[:len(good)/2], nil},
	} {
		t.Run(name, func(t *testing.T) {
			texts, err := Codes(row.ctx, row.file)
			if err == nil || row.want != nil && !errors.Is(err, row.want) || len(texts) > 0 {
				t.Errorf("got %q, %v, want %v", texts, err, row.want)
			}
		})
	}
}

// TestCodesOfDamagedFiles changes bytes of good files: whatever comes out, the
// reader stays whole and finds no more than it may.
func TestCodesOfDamagedFiles(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	seeds := [][]byte{asPNG(t, code(t, group, 3)), asJPEG(t, code(t, friend, 3), 60), asGIF(t, code(t, group, 2))}
	for range 300 {
		file := slices.Clone(seeds[random.IntN(len(seeds))])
		for range 1 + random.IntN(4) {
			file[random.IntN(len(file))] = byte(random.IntN(256))
		}
		texts, err := Codes(t.Context(), file)
		if err != nil && len(texts) > 0 || len(texts) > maxCodes || errors.Is(err, errGarbled) {
			t.Errorf("%x: got %d texts and %v", file, len(texts), err)
		}
	}
}

func BenchmarkCodes(b *testing.B) {
	for name, file := range map[string][]byte{
		"poster":  asJPEG(b, poster(1080, 1920, map[image.Point]image.Image{{700, 1500}: code(b, group, 6)}), 75),
		"noise":   asJPEG(b, poster(2000, 3000, nil), 50),
		"finders": asPNG(b, finders(1280, 1280)),
		"few":     asPNG(b, finders(40, 40)),
		"many":    asPNG(b, finders(100, 100)),
		"blank":   asPNG(b, image.NewGray(image.Rect(0, 0, 2000, 3000))),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, _ = Codes(b.Context(), file)
			}
		})
	}
}
