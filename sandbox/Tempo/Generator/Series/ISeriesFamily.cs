using TempoCos.Tempo.Wire.RemoteWrite;

namespace TempoCos.Tempo.Generator.Series;

/// <summary>All series of one metric.</summary>
internal interface ISeriesFamily
{
    void Collect(List<TimeSeries> all, long now, IReadOnlyList<(string Name, string Value)> external);

    /// <summary>Forgets those that were not changed since, and says how many series they were.</summary>
    int Forget(DateTimeOffset before);
}
