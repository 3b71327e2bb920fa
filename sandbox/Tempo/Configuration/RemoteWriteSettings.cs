using System.Text;

namespace TempoCos.Tempo.Configuration;

/// <summary>One of <c>metrics_generator.storage.remote_write</c>.</summary>
/// <param name="Url">Without user and password.</param>
/// <param name="Headers">Of each request.</param>
/// <param name="Timeout">Of each request.</param>
public sealed record RemoteWriteSettings(Uri Url, IReadOnlyList<(string Name, string Value)> Headers, TimeSpan Timeout)
{
    private const string Path = "metrics_generator.storage.remote_write[].url";

    public static RemoteWriteSettings From(ConfigurationTree tree)
    {
        var url = Uri.TryCreate(tree.Text("url"), UriKind.Absolute, out var given) && given.Scheme is "http" or "https"
            ? given
            : throw ConfigurationException.BadValue(Path, given is null ? tree.Text("url") : given.Scheme, "the http or https URL of a receiver of Prometheus remote write");
        var user = url.UserInfo.Length > 0 ? url.UserInfo.Split(':', 2) : [tree.Text("basic_auth.username"), tree.Text("basic_auth.password")];
        var headers = tree.Texts("headers").ToList();
        if (user[0].Length > 0)
        {
            headers.Add(("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Join(':', user.Select(Uri.UnescapeDataString))))));
        }

        return new(new UriBuilder(url) { UserName = "", Password = "" }.Uri, headers, tree.Duration("remote_timeout", TimeSpan.FromSeconds(30)));
    }

    /// <summary>Without the headers, which may be secret.</summary>
    public override string ToString() => Url.ToString();
}
