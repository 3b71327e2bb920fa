using TempoCos.IbmCloud.Faults;

namespace TempoCos.IbmCloud;

/// <summary>What the emulator is started with.</summary>
public sealed record IbmCloudOptions
{
    /// <summary>Directory that holds all state. One process at a time.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Loopback port; 0 lets the operating system choose.</summary>
    public int Port { get; init; }

    /// <summary>The account's API keys. Without one, a key is generated into the file <c>api-key</c> of the data directory.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>HMAC credentials with full rights on a service instance of their own.</summary>
    public IReadOnlyList<HmacSeed> Hmac { get; init; } = [];

    /// <summary>Delays and limits at start; <c>POST /_/admin/knobs</c> changes them later.</summary>
    public Knobs Knobs { get; init; } = new();

    /// <summary>The fault plan at start; <c>/_/admin/faults</c> changes it later.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>A file that every request is appended to, as a line of JSON; null for none.</summary>
    public string? RequestLog { get; init; }

    /// <summary>Lowest level that is logged to the console.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
