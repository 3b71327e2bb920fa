namespace TempoCos.Doctor.Wire;

internal sealed record UploadedPart(int Number, long Size, string ETag);
