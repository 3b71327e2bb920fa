using System.Globalization;

namespace TempoCos.StorageCost.Metering;

/// <summary>
/// Finds the payload in a body of signed chunks, however it is cut into pieces:
/// <c>5;chunk-signature=…\r\nhello\r\n0;chunk-signature=…\r\n</c>, and trailers after the last one.
/// </summary>
internal sealed class ChunkedPayload
{
    private readonly List<char> _size = [];
    private State _state = State.Size;
    private long _left;

    private enum State
    {
        Size,
        Extension,
        Payload,
        AfterPayload,
        Trailers,
    }

    /// <summary>How much of the next piece is payload.</summary>
    public int Read(ReadOnlySpan<byte> piece)
    {
        var payload = 0;
        while (piece.Length > 0)
        {
            if (_state == State.Trailers)
            {
                break;
            }

            if (_state == State.Payload)
            {
                var part = (int)Math.Min(_left, piece.Length);
                payload += part;
                _left -= part;
                piece = piece[part..];
                _state = _left == 0 ? State.AfterPayload : State.Payload;
                continue;
            }

            Step((char)piece[0]);
            piece = piece[1..];
        }

        return payload;
    }

    private void Step(char next)
    {
        switch (_state)
        {
            case State.Size when char.IsAsciiHexDigit(next):
                _size.Add(next);
                break;
            case State.Size when next == ';':
                _state = State.Extension;
                break;
            case State.Size or State.Extension when next == '\n':
                _ = long.TryParse(string.Concat(_size), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left);
                _size.Clear();
                _state = _left == 0 ? State.Trailers : State.Payload;
                break;
            case State.AfterPayload when next == '\n':
                _state = State.Size;
                break;
        }
    }
}
