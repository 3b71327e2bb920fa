namespace TempoCos.IbmCloud.ObjectStorage.Requests;

/// <summary>The query's parameters, decoded, in the order they came.</summary>
public sealed class S3Query
{
    private readonly List<KeyValuePair<string, string>> _parameters = [];

    public S3Query(string raw)
    {
        foreach (var part in raw.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            _parameters.Add(equals < 0 ? new(Decode(part), "") : new(Decode(part[..equals]), Decode(part[(equals + 1)..])));
        }
    }

    public IReadOnlyList<KeyValuePair<string, string>> Parameters => _parameters;

    /// <summary>The value; empty when the parameter has none; null when there is no such parameter.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in _parameters)
            {
                if (key == name)
                {
                    return value;
                }
            }

            return null;
        }
    }

    public bool Has(string name) => this[name] is not null;

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
