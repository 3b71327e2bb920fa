using System.Globalization;
using System.Net;

namespace TempoCos.IbmCloud.BucketConfiguration;

/// <summary>An address, or all that share its first bits.</summary>
public sealed class AddressRange
{
    private readonly byte[] _bytes;
    private readonly int _prefix;

    private AddressRange(byte[] bytes, int prefix)
    {
        _bytes = bytes;
        _prefix = prefix;
    }

    /// <summary>Reads an IPv4 or IPv6 address or CIDR; host bits may be set. Null when it is none.</summary>
    public static AddressRange? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        var prefix = bytes.Length * 8;
        return slash < 0 || (int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given <= prefix && (prefix = given) >= 0)
            ? new AddressRange(bytes, prefix)
            : null;
    }

    public bool Contains(IPAddress address)
    {
        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        if (bytes.Length != _bytes.Length)
        {
            return false;
        }

        for (var bit = 0; bit < _prefix; bit++)
        {
            if (((bytes[bit / 8] ^ _bytes[bit / 8]) & (0x80 >> (bit % 8))) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
