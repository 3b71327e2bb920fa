namespace TempoCos.StorageCost.Prices;

/// <summary>A step of a price: what lies above the step before it and up to this one costs this much.</summary>
/// <param name="UpTo">In units; null for all the rest.</param>
/// <param name="Price">In the table's currency.</param>
public sealed record PriceTier(decimal? UpTo, decimal Price);
