namespace TempoCos.Doctor.Wire;

internal sealed record UnfinishedUpload(string Key, string Id, DateTimeOffset? Initiated);
