namespace TempoCos.Tempo.Http;

/// <summary>Why this process is not ready, as a text of <c>/ready</c>. Everything that has to be true adds a reason that goes away.</summary>
public sealed class Readiness
{
    private readonly List<Func<string?>> _reasons = [];

    public void Add(Func<string?> reason) => _reasons.Add(reason);

    public string? Reason() => _reasons.Select(reason => reason()).FirstOrDefault(reason => reason is not null);
}
