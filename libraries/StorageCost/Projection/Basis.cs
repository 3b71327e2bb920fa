namespace TempoCos.StorageCost.Projection;

/// <summary>Where a projected number comes from.</summary>
public enum Basis
{
    /// <summary>Counted in Tempo's source: exact for the given workload.</summary>
    Counted,

    /// <summary>Follows from counted and given numbers by an assumption that the text names.</summary>
    Derived,

    /// <summary>An order of magnitude, from a measurement that the text names.</summary>
    Estimated,
}
