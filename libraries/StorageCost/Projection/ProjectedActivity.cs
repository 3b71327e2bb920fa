namespace TempoCos.StorageCost.Projection;

/// <summary>What a component does to the bucket in a month of 30 days.</summary>
/// <param name="Component">Of Tempo.</param>
/// <param name="Activity">What it does.</param>
/// <param name="ClassA">Requests a month.</param>
/// <param name="ClassB">Requests a month.</param>
/// <param name="Free">Requests a month.</param>
/// <param name="Basis">How well it is known.</param>
/// <param name="Detail">How the number comes about.</param>
public sealed record ProjectedActivity(string Component, string Activity, double ClassA, double ClassB, double Free, Basis Basis, string Detail);
