namespace TempoCos.Doctor.Wire;

internal sealed record ListedObject(string Key, long Size, DateTimeOffset? LastModified);
