namespace TempoCos.Tempo.Tests;

/// <summary>What was recorded from the real Tempo.</summary>
internal static class GoldenCorpus
{
    /// <summary>Where it is; without it the test is skipped.</summary>
    public static string Folder()
    {
        var root = Environment.GetEnvironmentVariable("TEMPOCOS_GOLDEN");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); root is null && folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "golden");
            root = Directory.Exists(Path.Combine(candidate, "http")) ? candidate : null;
        }

        Assert.SkipWhen(root is null || !Directory.Exists(root), "The recorded corpus is not at hand: set TEMPOCOS_GOLDEN or put it at ../shared/golden.");
        return root!;
    }
}
