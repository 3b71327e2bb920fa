using System.Globalization;
using System.Text;

namespace TempoCos.Tempo.Distributor.Json;

/// <content>Texts with escapes.</content>
internal ref partial struct JsonCursor
{
    private string ReadEscaped()
    {
        var text = new StringBuilder();
        while (_head < _json.Length)
        {
            var run = _json[_head..].IndexOfAny((byte)'"', (byte)'\\');
            if (run < 0)
            {
                break;
            }

            text.Append(Encoding.UTF8.GetString(_json.Slice(_head, run)));
            _head += run + 1;
            if (_json[_head - 1] == '"')
            {
                return WithoutHalves(text.ToString());
            }

            text.Append(ReadEscape());
        }

        _head = _json.Length;
        throw Fault("readStringSlowPath", "unexpected end of input");
    }

    private char ReadEscape()
    {
        var letter = _head < _json.Length ? _json[_head++] : (byte)0;
        if (letter == 'u')
        {
            if (_head + 4 <= _json.Length && ushort.TryParse(Encoding.ASCII.GetString(_json.Slice(_head, 4)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                _head += 4;
                return (char)code;
            }

            throw Fault("readU4", "expects 0~9 or a~f");
        }

        return letter switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => (char)letter,
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            _ => throw Fault("readEscapedChar", "invalid escape char after \\"),
        };
    }

    // Half of a surrogate pair is no text; encoding replaces it.
    private static string WithoutHalves(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
