namespace TempoCos.Tempo.TraceQL;

public enum AggregateKind
{
    Count,
    Avg,
    Min,
    Max,
    Sum,
}
