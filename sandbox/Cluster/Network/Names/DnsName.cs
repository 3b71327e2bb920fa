using System.Text;

namespace TempoCos.Cluster.Network.Names;

/// <summary>Domain names on the wire: each label with its length before it, then an empty one.</summary>
public static class DnsName
{
    private const int LongestLabel = 63;
    private const int LongestName = 255;

    public static byte[] Encode(string name)
    {
        var encoded = new List<byte>(name.Length + 2);
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            encoded.Add((byte)label.Length);
            encoded.AddRange(Encoding.Latin1.GetBytes(label));
        }

        encoded.Add(0);
        return [.. encoded];
    }

    /// <summary>The name that begins at <paramref name="at"/>, in lower case and without the last dot, and where it ends; null when it is none. A question's name is never compressed.</summary>
    public static (string Name, int End)? Decode(ReadOnlySpan<byte> message, int at)
    {
        var labels = new List<string>();
        var begin = at;
        while (at < message.Length)
        {
            int length = message[at++];
            if (length == 0)
            {
                return (string.Join('.', labels).ToLowerInvariant(), at);
            }

            if (length > LongestLabel || at + length > message.Length || at + length - begin > LongestName)
            {
                return null;
            }

            labels.Add(Encoding.Latin1.GetString(message.Slice(at, length)));
            at += length;
        }

        return null;
    }
}
