namespace TempoCos.StorageCost.Prices;

/// <summary>What a store's operator bills for.</summary>
public enum PricedItem
{
    /// <summary>A gigabyte that is stored for a month.</summary>
    Storage,

    /// <summary>Requests of class A.</summary>
    ClassA,

    /// <summary>Requests of class B.</summary>
    ClassB,

    /// <summary>A gigabyte that leaves by a public endpoint.</summary>
    Egress,
}
