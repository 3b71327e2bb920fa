namespace TempoCos.TraceGenerator.Sending;

/// <summary>What is known about a request.</summary>
internal enum DeliveryOutcome
{
    /// <summary>Answered with OK.</summary>
    Taken,

    /// <summary>The server never saw it or said that it will not have it.</summary>
    NotTaken,

    /// <summary>It was out and the answer does not say: perhaps taken.</summary>
    Unknown,
}
