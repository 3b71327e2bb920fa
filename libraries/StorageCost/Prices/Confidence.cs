namespace TempoCos.StorageCost.Prices;

/// <summary>How well a figure is known.</summary>
public enum Confidence
{
    /// <summary>Nobody says so of this very region and class, or sources contradict one another.</summary>
    Unconfirmed,

    /// <summary>Somebody wrote down what the price list said.</summary>
    Recorded,

    /// <summary>The operator's documentation says so.</summary>
    Documented,

    /// <summary>From the operator's price list itself.</summary>
    Catalog,

    /// <summary>The user's own.</summary>
    Given,
}
