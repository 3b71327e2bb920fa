using System.Globalization;

namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>Durations as a kubelet's messages write them: <c>500ms</c>, <c>10s</c>, <c>1m20s</c>, <c>5m0s</c>.</summary>
public static class GoDuration
{
    public static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.FromSeconds(1))
        {
            return duration == TimeSpan.Zero ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.###}ms");
        }

        var seconds = string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds % 60:0.###}s");
        var (hours, minutes) = ((int)duration.TotalHours, duration.Minutes);
        return hours > 0 ? $"{hours}h{minutes}m{seconds}" : minutes > 0 ? $"{minutes}m{seconds}" : seconds;
    }
}
