using TempoCos.Contracts;

namespace TempoCos.Pipeline.Receipts;

/// <summary>How one of Tempo's endpoints was reached.</summary>
internal sealed record ReceiptReached(string Endpoint, string Address, string By, string Target, string Tls, bool Gateway)
{
    public static ReceiptReached From(ReachedEndpoint reached) => new(reached.Endpoint, reached.Address, reached.By, reached.Target, reached.Tls, reached.Gateway);
}
