namespace TempoCos.StorageCost.Projection;

/// <summary>One line of a month's bill.</summary>
/// <param name="Component">Who.</param>
/// <param name="Activity">What.</param>
/// <param name="ClassA">Requests a month.</param>
/// <param name="ClassB">Requests a month.</param>
/// <param name="Free">Requests a month.</param>
/// <param name="Gigabytes">Stored, or out.</param>
/// <param name="Cost">In the bill's currency.</param>
/// <param name="Basis">How well it is known.</param>
/// <param name="Detail">How it comes about.</param>
public sealed record BillLine(string Component, string Activity, double ClassA, double ClassB, double Free, decimal Gigabytes, decimal Cost, Basis Basis, string Detail);
