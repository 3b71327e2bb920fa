using System.Text.Json.Serialization;

namespace TempoCos.CosProvisioner.Ledger;

[JsonConverter(typeof(JsonStringEnumConverter<LedgerState>))]
internal enum LedgerState
{
    /// <summary>About to be made: it may or may not exist.</summary>
    [JsonStringEnumMemberName("intended")]
    Intended,

    [JsonStringEnumMemberName("created")]
    Created,

    /// <summary>Gone, or never made.</summary>
    [JsonStringEnumMemberName("removed")]
    Removed,
}
