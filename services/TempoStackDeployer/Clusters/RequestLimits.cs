using System.Globalization;

namespace TempoCos.TempoStackDeployer.Clusters;

/// <summary>How long and how often a request to the API server is tried.</summary>
/// <param name="Attempts">At most so often.</param>
/// <param name="Attempt">At most so long until the answer begins.</param>
/// <param name="Total">No further attempt begins after this time.</param>
internal sealed record RequestLimits(int Attempts, TimeSpan Attempt, TimeSpan Total)
{
    private const string Setting = "TempoCos:RequestTimeout";
    private const int MostAttempts = 5;

    private static readonly TimeSpan Default = TimeSpan.FromSeconds(20);

    /// <summary>TempoCos:RequestTimeout is the time of one attempt; three times that is the time of all.</summary>
    public static RequestLimits Of(IConfiguration configuration)
    {
        var attempt = TimeSpan.TryParse(configuration[Setting], CultureInfo.InvariantCulture, out var asked) && asked > TimeSpan.Zero ? asked : Default;
        return new RequestLimits(MostAttempts, attempt, 3 * attempt);
    }
}
