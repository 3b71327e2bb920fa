using System.Text.RegularExpressions;

namespace TempoCos.Cluster.Kubelet.Images;

/// <summary>The name of an image, as a container runtime reads it.</summary>
/// <param name="Name">With registry and path, without tag and digest: <c>docker.io/library/nginx</c>.</param>
/// <param name="Tag">What follows the colon; <c>latest</c> where there is neither tag nor digest.</param>
/// <param name="Digest">What follows the at sign.</param>
public sealed partial record ImageReference(string Name, string? Tag, string? Digest)
{
    private const string DefaultRegistry = "docker.io";

    /// <summary>Null when no runtime would take it for a name.</summary>
    public static ImageReference? Parse(string text)
    {
        if (Shape().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var (name, tag, digest) = (match.Groups["name"].Value, match.Groups["tag"].Value, match.Groups["digest"].Value);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var hasRegistry = first == "localhost" || first.AsSpan().ContainsAny('.', ':');
        var full = hasRegistry ? name : slash < 0 ? $"{DefaultRegistry}/library/{name}" : $"{DefaultRegistry}/{name}";
        return new ImageReference(full, tag.Length > 0 ? tag : digest.Length > 0 ? null : "latest", digest.Length > 0 ? digest : null);
    }

    /// <summary>Whether the name, as it is written in full or as people shorten it, is one of the glob's.</summary>
    public bool Matches(string glob) => ShortNames().Append(Name).Any(name => IsMatch(glob, name));

    public override string ToString() => $"{Name}{(Tag is null ? "" : ":" + Tag)}{(Digest is null ? "" : "@" + Digest)}";

    private static bool IsMatch(string glob, string name) =>
        Regex.IsMatch(name, $"^{Regex.Escape(glob).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant);

    private IEnumerable<string> ShortNames()
    {
        if (Name.StartsWith($"{DefaultRegistry}/", StringComparison.Ordinal))
        {
            var path = Name[(DefaultRegistry.Length + 1)..];
            yield return path;
            if (path.StartsWith("library/", StringComparison.Ordinal))
            {
                yield return path["library/".Length..];
            }
        }
    }

    [GeneratedRegex(@"^(?<name>(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>[a-z0-9]+:[0-9a-fA-F]{32,}))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
