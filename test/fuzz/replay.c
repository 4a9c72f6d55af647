/* Runs a fuzz target on files, where there is no libFuzzer: replay FILE... */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
main(int argc, char *argv[])
{
	static uint8_t data[1 << 20];
	size_t size;
	FILE *f;
	int i;

	for (i = 1; i < argc; i++) {
		f = fopen(argv[i], "rb");
		if (f == NULL)
			err(2, "%s", argv[i]);
		size = fread(data, 1, sizeof(data), f);
		if (ferror(f))
			err(2, "%s", argv[i]);
		fclose(f);
		LLVMFuzzerTestOneInput(data, size);
	}
	printf("%d inputs\n", argc - 1);
	return (0);
}
