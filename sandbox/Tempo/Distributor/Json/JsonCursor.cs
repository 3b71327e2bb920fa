using System.Text;
using TempoCos.Tempo.Distributor.Export;

namespace TempoCos.Tempo.Distributor.Json;

/// <summary>
/// Reads JSON forward, as leniently as the collector's reader and with its words for what is wrong and where: senders' logs and tests
/// know them.
/// </summary>
internal ref partial struct JsonCursor(ReadOnlySpan<byte> json)
{
    private const int MaxDepth = 200;
    private readonly ReadOnlySpan<byte> _json = json;
    private int _head;
    private int _depth;

    /// <summary>The next field's name, or null at the object's end. Call it until it returns null.</summary>
    public string? NextField()
    {
        var token = NextToken();
        switch (token)
        {
            case (byte)'n':
                Rest("ull");
                return null;
            case (byte)'{':
                Enter();
                token = NextToken();
                if (token == '"')
                {
                    _head--;
                    return Name();
                }

                if (token == '}')
                {
                    _depth--;
                    return null;
                }

                throw Fault("ReadObject", $"expect \" after {{, but found {Shown(token)}");
            case (byte)',':
                return Name();
            case (byte)'}':
                _depth--;
                return null;
            default:
                throw Fault("ReadObject", $"expect {{ or , or }} or n, but found {Shown(token)}");
        }
    }

    /// <summary>True while there is another element: call it before each one.</summary>
    public bool NextElement(ref bool inside)
    {
        var token = NextToken();
        if (!inside)
        {
            if (token == 'n')
            {
                Rest("ull");
                return false;
            }

            if (token != '[')
            {
                throw Fault("ReadArray", $"expect [ or , or ] or n, but found {Shown(token)}");
            }

            Enter();
            inside = true;
            if (NextToken() == ']')
            {
                _depth--;
                return false;
            }

            _head--;
            return true;
        }

        if (token == ',')
        {
            return true;
        }

        if (token == ']')
        {
            _depth--;
            return false;
        }

        throw Fault("ReadArray", $"expect [ or , or ] or n, but found {Shown(token)}");
    }

    /// <summary>Null is the empty text.</summary>
    public string ReadString()
    {
        var token = NextToken();
        if (token == 'n')
        {
            Rest("ull");
            return "";
        }

        if (token != '"')
        {
            throw Fault("ReadString", $"expects \" or n, but found {Shown(token)}");
        }

        var length = _json[_head..].IndexOfAny((byte)'"', (byte)'\\');
        if (length >= 0 && _json[_head + length] == '"')
        {
            var plain = Encoding.UTF8.GetString(_json.Slice(_head, length));
            _head += length + 1;
            return plain;
        }

        return ReadEscaped();
    }

    public bool ReadBoolean()
    {
        switch (NextToken())
        {
            case (byte)'t':
                Rest("rue");
                return true;
            case (byte)'f':
                Rest("alse");
                return false;
            case (byte)'"':
                _head--;
                return ReadString() is "true" ? true : false;
            default:
                throw Fault("ReadBool", "expect t or f");
        }
    }

    /// <summary>A number or a text with one in it, as it stands; null is 0.</summary>
    public string ReadNumber(string operation)
    {
        var token = NextToken();
        _head--;
        if (token is (byte)'"')
        {
            return ReadString();
        }

        if (token is (byte)'n')
        {
            ReadString();
            return "0";
        }

        var start = _head;
        while (_head < _json.Length && (char.IsAsciiDigit((char)_json[_head]) || _json[_head] is (byte)'-' or (byte)'+' or (byte)'.' or (byte)'e' or (byte)'E'))
        {
            _head++;
        }

        return _head > start ? Encoding.ASCII.GetString(_json[start.._head]) : throw Fault(operation, $"unexpected character: {Shown(token)}");
    }

    /// <summary>True when the next value is a text.</summary>
    public bool AtString()
    {
        var token = NextToken();
        _head--;
        return token == '"';
    }

    public void Skip()
    {
        var token = NextToken();
        switch (token)
        {
            case (byte)'"':
                _head--;
                ReadString();
                break;
            case (byte)'n': Rest("ull"); break;
            case (byte)'t': Rest("rue"); break;
            case (byte)'f': Rest("alse"); break;
            case (byte)'{':
                _head--;
                while (NextField() is not null)
                {
                    Skip();
                }

                break;
            case (byte)'[':
                _head--;
                var inside = false;
                while (NextElement(ref inside))
                {
                    Skip();
                }

                break;
            default:
                _head--;
                ReadNumber("Skip");
                break;
        }
    }

    /// <summary>What is wrong, where the cursor is.</summary>
    public readonly MalformedExportException Fault(string operation, string message)
    {
        var near = Math.Max(0, _head - 10);
        var context = Math.Max(0, _head - 50);
        return new($"{operation}: {message}, error found in #{_head - near} byte of ...|{Part(near, _head + 10)}|..., bigger context ...|{Part(context, _head + 50)}|...");
    }

    private readonly string Part(int from, int to) => Encoding.UTF8.GetString(_json[from..Math.Min(to, _json.Length)]);

    private static string Shown(byte token) => ((char)token).ToString();

    private string Name()
    {
        var name = ReadString();
        var token = NextToken();
        return token == ':' ? name : throw Fault("ReadObject", $"expect : after object field, but found {Shown(token)}");
    }

    private void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw Fault("ReadObject", "exceeded max depth");
        }
    }

    // 0 at the end.
    private byte NextToken()
    {
        while (_head < _json.Length)
        {
            var value = _json[_head++];
            if (value is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                return value;
            }
        }

        return 0;
    }

    private void Rest(string letters)
    {
        foreach (var letter in letters)
        {
            if (_head >= _json.Length || _json[_head++] != letter)
            {
                throw Fault("skip", $"expect {letters} to follow");
            }
        }
    }
}
