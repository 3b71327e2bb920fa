namespace TempoCos.Tempo.Generator.Spans;

/// <summary>A call from one service to another, of which one half may still be missing.</summary>
internal sealed class Edge
{
    public string TraceId { get; set; } = "";

    public string Client { get; set; } = "";

    public string Server { get; set; } = "";

    public double ClientSeconds { get; set; }

    public double ServerSeconds { get; set; }

    /// <summary>Empty, messaging_system, database or virtual_node.</summary>
    public string ConnectionType { get; set; } = "";

    /// <summary>What an attribute calls the other side, which may send no spans.</summary>
    public string Peer { get; set; } = "";

    /// <summary>The server's span has no parent: the call comes from outside.</summary>
    public bool IsRoot { get; init; }

    public bool Failed { get; set; }

    public DateTimeOffset Expires { get; init; }

    public Dictionary<string, string> Dimensions { get; } = [];

    public bool IsComplete => Client.Length > 0 && Server.Length > 0;
}
